//! What is held does not move: recalls, blocks, and whatever else somebody said.

use crate::support::{Role, World, ean};
use std::sync::Arc;
use wavedeck::store::holds::{self, Subject};

impl World {
    /// Holds what is called so; returns the hold's number.
    async fn hold(&self, subject: Subject<'_>) -> String {
        let mut tx = self.office.db.begin().await.unwrap();
        let found = holds::find(&mut tx, subject, None).await.unwrap();
        let [id] = found.as_slice() else { panic!("{subject:?}: {found:?}") };
        let no = holds::add(&mut tx, subject.code(), *id, "recall", "glass", "BOSS").await.unwrap();
        tx.commit().await.unwrap();
        no
    }

    async fn lift(&self, hold_no: &str) -> bool {
        let mut tx = self.office.db.begin().await.unwrap();
        let done = holds::lift(&mut tx, hold_no, "BOSS").await.unwrap();
        tx.commit().await.unwrap();
        done
    }
}

fn lot(number: &str) -> Subject<'_> {
    Subject::Lot { sku: None, number }
}

const LOTS_RESERVED: &str = "SELECT coalesce(string_agg(DISTINCT l.number, ' '), '-') \
    FROM reservation r JOIN lot l ON l.id = r.lot_id WHERE r.ended_at IS NULL";

#[tokio::test]
async fn a_recalled_lot_is_not_planned_and_what_was_promised_of_it_is_said() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "BAD", 100, 5), ("A02", "I0", "FINE", 200, 3)]).await;
    w.orders(&[("O1", &[("I0", 2)]), ("O2", &[("I0", 2)]), ("O3", &[("I0", 2)])]).await;
    let hold = w.hold(lot("BAD")).await;
    // Three units are left for six: who came first keeps the promise, the others wait in sight.
    assert_eq!(
        w.text("SELECT string_agg(state || ':' || reason, ' ' ORDER BY id) FROM shipment").await,
        "ready: pending:broken_promise pending:broken_promise"
    );
    w.release().await;
    assert_eq!(w.text(LOTS_RESERVED).await, "FINE");
    w.orders(&[("O4", &[("I0", 2)])]).await;
    assert_eq!(w.number("SELECT count(*) FROM promise WHERE ended_at IS NULL").await, 1);
    assert!(w.lift(&hold).await);
    assert!(!w.lift(&hold).await, "a hold is lifted once");
    w.orders(&[]).await;
    assert_eq!(w.number("SELECT count(*) FROM shipment WHERE state = 'ready'").await, 3);
    w.end().await;
}

#[tokio::test]
async fn what_is_held_on_a_pallet_is_found_elsewhere_too() {
    for held in [Subject::Container("PAL1"), Subject::Place("A03"), lot("BAD")] {
        let w = World::new().await;
        w.container("PAL1", "pallet", "A03").await;
        w.stock(&[("PAL1", "I0", "BAD", 100, 5), ("A05", "I0", "FINE", 200, 5)]).await;
        w.orders(&[("O1", &[("I0", 2)])]).await;
        w.release().await;
        assert_eq!(w.text(LOTS_RESERVED).await, "BAD");
        w.hold(held).await;
        assert_eq!(w.text(LOTS_RESERVED).await, "FINE", "{held:?}");
        w.check().await;
        w.end().await;
    }
}

/// Whatever a program decides, held goods do not move towards a customer.
#[tokio::test]
async fn the_ledger_itself_refuses_what_is_held() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "BAD", 100, 5)]).await;
    let pick = "INSERT INTO movement (warehouse_id, owner_id, item_id, lot_id, qty, from_place, \
                to_place, reason, person_id, command) SELECT sk.warehouse_id, sk.owner_id, \
                sk.item_id, sk.lot_id, 1, sk.place_id, t.id, 'pick', p.id, gen_random_uuid() FROM \
                stock sk, place t, person p WHERE t.code = 'T1' AND p.role = 'system' AND \
                sk.on_hand > 1";
    for held in [lot("BAD"), Subject::Item("I0"), Subject::Place("A01")] {
        let hold = w.hold(held).await;
        let refused = w.try_sql(pick).await.expect_err("held goods moved");
        let constraint = refused.as_database_error().and_then(|e| e.constraint());
        assert_eq!(constraint, Some("goods_held"), "{held:?}: {refused}");
        w.lift(&hold).await;
    }
    assert_eq!(w.try_sql(pick).await.unwrap(), 1, "and what is held by nobody does");
    w.end().await;
}

#[tokio::test]
async fn a_recall_reaches_bin_tote_box_and_truck() {
    let w = World::new().await;
    w.stock(&[
        ("A01", "I0", "BAD", 100, 4),
        ("A02", "I0", "FINE", 200, 9),
        ("A03", "I1", "X", 300, 9),
    ])
    .await;
    for n in 1..=4 {
        w.orders(&[(format!("O{n}").as_str(), &[("I0", 1), ("I1", 1)])]).await;
    }
    w.release().await;
    let mut picker = w.person("P", Role::Picker).await;
    picker.ok("WDC-MENU-PICK").await;
    let picked = "SELECT count(*) FROM movement m JOIN lot l ON l.id = m.lot_id \
                  WHERE m.reason = 'pick' AND l.number = 'BAD'";
    while w.number(picked).await < 2 {
        let scan = picker.last.expects[0].scan.clone();
        picker.ok(&scan).await;
    }
    // Two are in totes, two still in the bin: those are tied to others at once.
    let hold = w.hold(lot("BAD")).await;
    let in_bins = "SELECT count(*) FROM reservation r JOIN bin b ON b.place_id = r.place_id \
                   JOIN lot l ON l.id = r.lot_id WHERE r.ended_at IS NULL AND l.number = 'BAD'";
    assert_eq!(w.number(in_bins).await, 0);
    // The picker is told at the next scan, and that scan does nothing.
    let scan = picker.last.expects[0].scan.clone();
    let reply = picker.scan(&scan).await;
    assert!(reply.refused());
    assert_eq!(picker.said(), "notice-held-aside");
    picker.follow(200, |r| r.last.expects.iter().all(|e| e.code == "NEXT")).await;
    assert_eq!(w.number(picked).await, 2, "nothing held was picked");
    assert_eq!(
        w.number("SELECT count(*) FROM exception WHERE reason = 'goods_held' AND done_at IS NULL")
            .await,
        2
    );
    // The bench stops each of the two, and only them.
    let mut packer = w.person("Q", Role::Packer).await;
    packer.ok("WDC-MENU-PACK").await;
    packer.follow(60, |_| false).await;
    let stopped = "SELECT string_agg(pl.code, ' ' ORDER BY pl.code) FROM tote_use u JOIN place pl \
                   ON pl.id = u.container_id WHERE u.freed_at IS NULL";
    let totes = w.text(stopped).await;
    assert_eq!(totes.split(' ').count(), 2, "{totes}: it asks for none that waits");
    for tote in totes.split(' ') {
        assert_eq!(packer.no(tote).await, "pack-exception", "it waits for a supervisor");
    }
    // Lifted, it goes on as it was; held again, the boxes do not reach the truck.
    assert!(w.lift(&hold).await);
    assert_eq!(
        w.number("SELECT count(*) FROM exception WHERE reason = 'goods_held' AND done_at IS NULL")
            .await,
        0
    );
    for tote in totes.split(' ') {
        packer.ok(tote).await;
        packer.follow(60, |r| r.said() == "pack-done").await;
    }
    w.hold(lot("BAD")).await;
    packer.ok("WDC-MENU-HANDOVER").await;
    let bad = "SELECT string_agg(sscc, ' ') FROM parcel q WHERE EXISTS (SELECT 1 FROM stock s \
               JOIN lot l ON l.id = s.lot_id AND l.number = 'BAD' WHERE s.place_id = q.place_id \
               AND s.on_hand > 0)";
    let all: Vec<String> = w
        .text("SELECT string_agg(sscc, ' ' ORDER BY sscc) FROM parcel WHERE state = 'labelled'")
        .await
        .split(' ')
        .map(str::to_owned)
        .collect();
    let bad: Vec<String> = w.text(bad).await.split(' ').map(str::to_owned).collect();
    assert_eq!((all.len(), bad.len()), (4, 2));
    for sscc in &all {
        let refused = packer.scan(sscc).await.refused();
        assert_eq!(refused, bad.contains(sscc), "{sscc}");
        if refused {
            assert_eq!(packer.said(), "hand-over-held");
        }
    }
    // Those that stay wait for this truck still: that is asked.
    assert_eq!(packer.no("WDC-CLOSE").await, "hand-over-some-wait");
    packer.ok("WDC-CLOSE").await;
    assert_eq!(w.number("SELECT count(*) FROM parcel WHERE state = 'handed_over'").await, 2);
    // What has left of the good lot, and to whom, is one question.
    let mut tx = w.office.db.begin().await.unwrap();
    let fine = holds::find(&mut tx, lot("FINE"), None).await.unwrap()[0];
    let sent = holds::sent(&mut tx, fine).await.unwrap();
    drop(tx);
    assert_eq!(sent.len(), 2);
    assert!(
        sent.iter().all(|row| row["qty"] == 1 && row["waybill"] != "" && row["receiver"] != "")
    );
    w.end().await;
}

#[tokio::test]
async fn what_lies_in_a_tote_when_it_is_recalled_is_set_aside_and_others_are_sent() {
    let w = World::new().await;
    w.stock(&[
        ("A01", "I0", "BAD", 100, 1),
        ("A02", "I0", "FINE", 200, 9),
        ("A03", "I1", "X", 300, 9),
    ])
    .await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1)])]).await;
    let mut boss = w.release().await;
    let mut picker = w.person("P", Role::Picker).await;
    picker.pick_all().await;
    w.hold(lot("BAD")).await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    boss.ok("1").await;
    assert_eq!(w.number("SELECT count(*) FROM exception WHERE done_at IS NULL").await, 0);
    assert_eq!(w.text(LOTS_RESERVED).await, "FINE X");
    // Another is walked for and goes out; the recalled one goes back from the tote.
    picker.ok("WDC-MENU-PICK").await;
    picker.follow(60, |r| r.last.expects.iter().all(|e| e.code == "NEXT")).await;
    let mut packer = w.person("Q", Role::Packer).await;
    packer.ok("WDC-MENU-PACK").await;
    packer.follow(60, |r| r.said() == "pack-done").await;
    assert_eq!(
        w.text(
            "SELECT string_agg(l.number, ' ' ORDER BY l.number) FROM stock s \
             JOIN lot l ON l.id = s.lot_id JOIN parcel q ON q.place_id = s.place_id \
             WHERE s.on_hand > 0"
        )
        .await,
        "FINE X"
    );
    w.end().await;
}

#[tokio::test]
async fn a_recalled_unit_leaves_in_no_box_and_the_truck_s_list_goes_on_without_it() {
    let w = World::new().await;
    w.stock(&[
        ("A01", "I0", "BAD", 100, 1),
        ("A02", "I1", "X", 300, 9),
        ("A03", "I0", "Y", 500, 9),
    ])
    .await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1)])]).await;
    w.orders(&[("O2", &[("I1", 1)])]).await;
    w.release().await;
    w.person("P", Role::Picker).await.pick_all().await;
    let mut packer = w.at_bench("Q", Role::Packer).await;
    let tote = async |which: &str| {
        w.text(&format!(
            "SELECT p.code FROM tote_use u JOIN place p ON p.id = u.container_id \
             LEFT JOIN shipment s ON s.id = u.shipment_id WHERE u.freed_at IS NULL \
             AND coalesce(s.shipment_no, 'S0000002') = '{which}'"
        ))
        .await
    };
    packer.ok(&tote("S0000001").await).await;
    packer.ok(&ean(0)).await;
    let hold = w.hold(lot("BAD")).await;
    // The packer hears of it before the next scan is taken, and the box does not close over it.
    assert_eq!(packer.no(&ean(1)).await, "notice-held-aside");
    assert_eq!(packer.no(&ean(1)).await, "pack-box-held");
    // Taken out as damaged: another is walked for, and nothing is left for a supervisor to decide.
    packer.ok("WDC-DAMAGED").await;
    assert_eq!(packer.no(&ean(1)).await, "pack-asked-expects");
    packer.ok("2").await;
    assert_eq!(
        w.number("SELECT count(*) FROM exception WHERE reason = 'goods_held' AND done_at IS NULL")
            .await,
        0
    );
    assert_eq!(w.text(LOTS_RESERVED).await, "X Y");
    assert!(w.lift(&hold).await);
    // The other shipment stands on the truck's list when its lot is recalled.
    packer.ok("WDC-BACK").await;
    packer.ok(&tote("S0000002").await).await;
    packer.ok(&ean(1)).await;
    let mut loader = w.person("L", Role::Packer).await;
    loader.ok("WDC-MENU-HANDOVER").await;
    loader.ok(&w.text("SELECT sscc FROM parcel WHERE state = 'labelled'").await).await;
    let hold = w.hold(lot("X")).await;
    assert_eq!(loader.no("WDC-CLOSE").await, "notice-off-list");
    assert_eq!(w.number("SELECT count(*) FROM hand_over_parcel").await, 0);
    assert!(w.lift(&hold).await);
    w.end().await;
}

#[tokio::test]
async fn a_tote_that_is_held_takes_nothing_and_another_does() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 5)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    w.release().await;
    w.hold(Subject::Container("T1")).await;
    let mut picker = w.person("P", Role::Picker).await;
    picker.ok("WDC-MENU-PICK").await;
    picker.ok("A01").await;
    assert_eq!(picker.no("T1").await, "container-held");
    picker.ok("T2").await;
    w.end().await;
}

#[tokio::test]
async fn where_no_other_is_left_the_rest_of_the_shipment_still_goes() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "BAD", 100, 1), ("A02", "I1", "X", 300, 9)]).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1)])]).await;
    let mut boss = w.release().await;
    w.person("P", Role::Picker).await.pick_all().await;
    w.hold(lot("BAD")).await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    assert_eq!(boss.big(), "reason-goods-held");
    let detail = w.text("SELECT detail FROM exception WHERE reason = 'goods_held'").await;
    assert!(detail.ends_with("H000001 recall: glass") && detail.starts_with('T'), "{detail}");
    boss.ok("1").await;
    assert_eq!(boss.big(), "reason-not-found");
    let split = boss.last.page.menu.iter().position(|way| way.text.key == "way-split").unwrap();
    boss.ok(&(split + 1).to_string()).await;
    let mut packer = w.person("Q", Role::Packer).await;
    packer.ok("WDC-MENU-PACK").await;
    packer.follow(60, |r| r.said() == "pack-done").await;
    assert_eq!(
        w.text(
            "SELECT string_agg(l.number, ' ') FROM stock s JOIN lot l ON l.id = s.lot_id \
             JOIN parcel q ON q.place_id = s.place_id WHERE s.on_hand > 0"
        )
        .await,
        "X"
    );
    w.end().await;
}

#[tokio::test]
async fn holds_of_every_kind_stand_together_and_each_is_lifted_by_itself() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 5), ("A02", "I1", "L2", 100, 5)]).await;
    w.container("PAL1", "pallet", "A03").await;
    w.stock(&[("PAL1", "I2", "L3", 100, 7)]).await;
    let free = async |sku: &str| {
        w.number(&format!(
            "SELECT coalesce(sum(free), 0)::bigint FROM sellable v JOIN item i ON i.id = v.item_id \
             WHERE i.sku = '{sku}'"
        ))
        .await
    };
    for (subject, sku, units) in [
        (Subject::Lot { sku: Some("I0"), number: "l1" }, "I0", 5),
        (Subject::Item("i0"), "I0", 5),
        (Subject::Place("a02"), "I1", 5),
        (Subject::Place("A03"), "I2", 7),
        (Subject::Container("PAL1"), "I2", 7),
        (Subject::Owner("DEFAULT"), "I1", 5),
    ] {
        assert_eq!(free(sku).await, units, "{subject:?}");
        let (one, two) = (w.hold(subject).await, w.hold(subject).await);
        assert_eq!(free(sku).await, 0, "{subject:?}");
        assert!(w.lift(&one).await);
        assert_eq!(free(sku).await, 0, "the other still stands: {subject:?}");
        assert!(w.lift(&two).await);
        assert_eq!(free(sku).await, units, "{subject:?}");
    }
    // What was held is not rewritten afterwards.
    assert!(w.try_sql("UPDATE hold SET reason = 'nothing'").await.is_err());
    assert!(w.try_sql("DELETE FROM hold").await.is_err());
    assert_eq!(w.number("SELECT count(*) FROM hold").await, 12);
    w.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_held_is_picked_though_four_pick_while_it_is_recalled() {
    let w = Arc::new(World::new().await);
    w.stock(&[("A01", "I0", "BAD", 100, 40), ("A02", "I0", "FINE", 200, 40)]).await;
    for n in 0..24 {
        w.orders(&[(format!("O{n}").as_str(), &[("I0", 1)])]).await;
    }
    w.sql("UPDATE warehouse SET trolley_totes = 4").await;
    w.release().await;
    let mut people = tokio::task::JoinSet::new();
    for n in 0..4 {
        let w = w.clone();
        people.spawn(async move {
            let mut picker = w.person(&format!("P{n}"), Role::Picker).await;
            picker.ok("WDC-MENU-PICK").await;
            for _ in 0..120 {
                let Some(expect) = picker.last.expects.first().cloned() else { break };
                picker.scan(&expect.scan).await;
            }
        });
    }
    let mut hold = String::new();
    for round in 0..6 {
        tokio::time::sleep(std::time::Duration::from_millis(40)).await;
        if round % 2 == 0 {
            hold = w.hold(lot("BAD")).await;
        } else {
            w.lift(&hold).await;
        }
    }
    while let Some(done) = people.join_next().await {
        done.unwrap();
    }
    // The ledger's own instants: a pick of the lot that was committed while a hold was live would
    // have begun before it and seen it, or waited for its gate.
    assert_eq!(
        w.number(
            "SELECT count(*) FROM movement m JOIN lot l ON l.id = m.lot_id AND l.number = 'BAD' \
             JOIN hold h ON h.subject_id = l.id AND m.at > h.since \
             AND m.at < coalesce(h.lifted_at, 'infinity') WHERE m.reason = 'pick'"
        )
        .await,
        0
    );
    Arc::into_inner(w).unwrap().end().await;
}
