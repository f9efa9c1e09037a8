//! Picking in total and what follows at the bench: singles, a hot item, boxes, shorts with a
//! repick, parcels opened again; walks that change hands.

use crate::support::{Role, World, ean};
use wavedeck::protocol::Tone;

async fn singles(w: &World, orders: usize, item: &str) {
    for n in 0..orders {
        w.orders(&[(&format!("S{item}-{n}"), &[(item, 1)])]).await;
    }
}

#[tokio::test]
async fn singles_are_picked_in_total_and_packed_with_one_scan_a_parcel() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 20), ("A02", "I1", "L1", 100, 20)]).await;
    singles(&w, 5, "I0").await;
    singles(&w, 4, "I1").await;
    w.release().await;
    assert_eq!(w.text("SELECT string_agg(kind, ' ') FROM trip").await, "singles");
    let mut p = w.person("P", Role::Picker).await;
    // Nine orders, two bins, one tote: six scans and a drop.
    for scan in ["WDC-MENU-PICK", "A01", "5", "T1", "A02", "4", "T1", "STAGE"] {
        p.ok(scan).await;
    }
    assert_eq!(w.number("SELECT count(*) FROM shipment WHERE state = 'picked'").await, 9);
    let mut q = w.at_bench("Q", Role::Packer).await;
    q.ok("T1").await;
    // A unit that was not picked into it finds nothing.
    assert_eq!(q.no(&ean(5)).await, "pack-spare");
    for n in 0..9 {
        q.ok(&ean(n % 2)).await;
        assert_eq!(q.said(), if n < 8 { "pack-one-done" } else { "pack-done" });
    }
    assert_eq!(w.number("SELECT count(*) FROM parcel WHERE state = 'labelled'").await, 9);
    assert_eq!(
        w.number("SELECT count(*) FROM tote_use WHERE freed_at IS NULL").await,
        0,
        "the last unit frees the tote"
    );
    w.end().await;
}

#[tokio::test]
async fn a_single_that_is_cancelled_in_the_tote_leaves_one_unit_to_put_back() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 20)]).await;
    singles(&w, 7, "I0").await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "7", "T1", "STAGE"] {
        p.ok(scan).await;
    }
    w.give_up("SI0-3").await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    q.ok("T1").await;
    for _ in 0..6 {
        q.ok(&ean(0)).await;
    }
    assert_eq!(q.no(&ean(0)).await, "pack-spare");
    q.ok("WDC-MENU-PUTBACK").await;
    for scan in ["T1", &ean(0), "A01"] {
        q.ok(scan).await;
    }
    assert_eq!(q.said(), "put-back-done");
    assert_eq!(
        w.number(
            "SELECT on_hand FROM stock s JOIN place p ON p.id = s.place_id WHERE p.code = 'A01'"
        )
        .await,
        14
    );
    w.end().await;
}

#[tokio::test]
async fn two_lots_in_a_batch_tote_ask_for_the_date() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 50, 3), ("A02", "I0", "L2", 90, 20)]).await;
    singles(&w, 7, "I0").await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    q.ok(&w.used_tote().await).await;
    assert_eq!(q.no(&ean(0)).await, "pack-which-lot");
    q.ok("L2").await;
    assert_eq!(
        w.text(
            "SELECT l.number FROM parcel q JOIN stock s ON s.place_id = q.place_id JOIN \
        lot l ON l.id = s.lot_id"
        )
        .await,
        "L2"
    );
    let mmdd = crate::support::day(50)[5..].replace('-', "");
    q.ok(&mmdd).await;
    assert_eq!(
        w.number(
            "SELECT count(*) FROM parcel q JOIN stock s ON s.place_id = q.place_id \
        JOIN lot l ON l.id = s.lot_id AND l.number = 'L1'"
        )
        .await,
        1
    );
    w.end().await;
}

#[tokio::test]
async fn a_hot_item_is_one_pick_and_labels_in_a_run_with_first_and_last_verified() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 100)]).await;
    singles(&w, 20, "I0").await;
    singles(&w, 6, "I1").await; // no stock: they wait
    w.release().await;
    assert_eq!(w.text("SELECT kind FROM trip").await, "hot");
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "20", "T1", "STAGE"] {
        p.ok(scan).await;
    }
    let mut q = w.at_bench("Q", Role::Packer).await;
    q.ok("T1").await;
    assert_eq!(q.no("WDC-YES").await, "card-not-here", "the first is verified before any run");
    q.ok(&ean(0)).await;
    // The digit asks, NO goes back, and YES at once is heard.
    q.ok("1").await;
    assert!(q.last.page.reporting);
    q.ok("WDC-NO").await;
    assert_eq!(w.number("SELECT count(*) FROM parcel").await, 1);
    q.ok("1").await;
    q.ok("WDC-YES").await;
    assert_eq!(
        w.number("SELECT count(*) FROM parcel WHERE state IN ('closed', 'labelled')").await,
        19
    );
    assert_eq!(q.last.page.prompt.key, "pack-prompt-last");
    q.ok(&ean(0)).await;
    w.finish_parcels().await;
    assert_eq!(
        w.number("SELECT count(DISTINCT waybill) FROM parcel WHERE state = 'labelled'").await,
        20
    );
    assert_eq!(w.number("SELECT count(*) FROM shipment WHERE state = 'packed'").await, 20);
    w.end().await;
}

#[tokio::test]
async fn a_second_box_has_its_own_lines_label_and_notice() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2), ("I1", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    q.ok(&w.used_tote().await).await;
    assert_eq!(q.no("WDC-FULL").await, "pack-box-empty");
    q.ok(&ean(0)).await;
    // It is asked, for it makes a parcel: what is scanned next anyway confirms nothing.
    q.ok("WDC-FULL").await;
    assert_eq!(q.no(&ean(0)).await, "pack-asked-yes");
    q.ok("WDC-FULL").await;
    assert_eq!(
        w.text("SELECT state FROM shipment").await,
        "packing",
        "one box does not make it packed"
    );
    // UNDO takes a unit out of the open box, not out of a closed one.
    q.ok(&ean(0)).await;
    q.ok("WDC-UNDO").await;
    assert_eq!(q.no("WDC-UNDO").await, "undo-nothing");
    for scan in [ean(0), ean(1)] {
        q.ok(&scan).await;
    }
    assert_eq!(w.text("SELECT state FROM shipment").await, "packed");
    q.ok("WDC-MENU-HANDOVER").await;
    q.follow(9, |r| r.said() == "hand-over-closed-now").await;
    let told = w.text("SELECT string_agg(body->>'lines', ' | ' ORDER BY id) FROM outbox").await;
    assert_eq!(
        told.replace(' ', ""),
        r#"[{"qty":1,"line_no":"1"}]|[{"qty":1,"line_no":"1"},{"qty":1,"line_no":"2"}]"#
    );
    assert_eq!(w.text("SELECT state FROM shipment").await, "handed_over");
    w.end().await;
}

#[tokio::test]
async fn short_at_the_bench_is_picked_again_on_the_next_walk() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    q.ok(&w.used_tote().await).await;
    q.ok(&ean(0)).await;
    q.ok("WDC-SHORT").await;
    assert_eq!(q.no("nonsense").await, "pack-asked-expects");
    q.ok("1").await;
    assert_eq!(q.said(), "pack-missing-coming");
    assert_eq!(q.last.page.prompt.key, "pack-prompt-coming");
    q.ok("WDC-BACK").await;
    // The next walk brings it, in a tote of its own; the box goes on where it was.
    p.pick_all().await;
    q.ok(&w.used_tote().await).await;
    q.ok(&ean(0)).await;
    assert_eq!(q.said(), "pack-done");
    assert_eq!(w.number("SELECT count(*) FROM parcel").await, 1);
    // The supervisor counts what is held at the bench: nothing.
    let mut boss = w.boss().await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    boss.ok("0").await;
    assert_eq!(w.number("SELECT count(*) FROM audit WHERE action = 'counted'").await, 1);
    assert_eq!(w.number("SELECT sum(on_hand)::bigint FROM stock").await, 8);
    w.end().await;
}

#[tokio::test]
async fn damage_at_the_bench_without_another_unit_is_an_exception() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 7)]).await;
    singles(&w, 7, "I0").await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    q.ok(&w.used_tote().await).await;
    q.ok("WDC-DAMAGED").await;
    // The unit that would be scanned next anyway reports nothing.
    assert_eq!(q.no(&ean(0)).await, "pack-asked-expects");
    assert!(q.last.page.reporting);
    q.ok("WDC-DAMAGED").await;
    assert_eq!(q.said(), "pack-missing-lost");
    assert_eq!(
        w.text(
            "SELECT string_agg(reason, ' ' ORDER BY reason) FROM exception WHERE done_at IS NULL"
        )
        .await,
        "damaged not_found"
    );
    for _ in 0..6 {
        q.ok(&ean(0)).await;
    }
    q.ok("WDC-FOUND").await;
    q.ok("mystery").await;
    assert_eq!(q.said(), "pack-extra-noted");
    assert_eq!(w.text("SELECT detail FROM exception WHERE reason = 'found'").await, "mystery");
    w.end().await;
}

#[tokio::test]
async fn a_labelled_parcel_is_opened_by_right_and_with_a_reason() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    q.ok(&w.used_tote().await).await;
    q.ok(&ean(0)).await;
    let sscc = w.text("SELECT sscc FROM parcel").await;
    let waybill = w.text("SELECT waybill FROM parcel").await;
    assert_eq!(q.no(&format!("00{sscc}")).await, "reopen-right");
    let mut boss = w.boss().await;
    for scan in ["WDC-MENU-PACK", "BENCH", &format!("00{sscc}")] {
        boss.ok(scan).await;
    }
    assert_eq!(boss.no("7").await, "reopen-expects-reason");
    boss.ok("1").await;
    assert_eq!(
        w.text(
            "SELECT q.state || ' ' || l.state || ' ' || s.state FROM parcel q JOIN label l ON \
             l.parcel_id = q.place_id JOIN shipment s ON s.id = q.shipment_id"
        )
        .await,
        "open void packing"
    );
    // The unit in it turns out damaged: the empty box is none any more, another unit goes into
    // another one.
    boss.ok("WDC-DAMAGED").await;
    boss.ok("WDC-YES").await;
    boss.ok("WDC-BACK").await;
    p.pick_all().await;
    boss.ok(&w.used_tote().await).await;
    boss.ok(&ean(0)).await;
    assert_eq!(
        w.text("SELECT string_agg(state, ' ' ORDER BY place_id) FROM parcel").await,
        "void labelled"
    );
    assert_eq!(
        w.number(&format!(
            "SELECT count(*) FROM parcel WHERE waybill = '{waybill}' AND state = 'labelled'"
        ))
        .await,
        0
    );
    assert_eq!(
        w.text("SELECT after->>'reason' FROM audit WHERE action = 'reopen'").await,
        "wrong-goods"
    );
    w.end().await;
}

#[tokio::test]
async fn an_opened_box_goes_on_by_its_code_and_closed_ones_stay_closed() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    for scan in [w.used_tote().await, ean(0), "WDC-FULL".into(), "WDC-YES".into(), ean(1)] {
        q.ok(&scan).await;
    }
    let sscc =
        |n: i64| format!("SELECT '00' || sscc FROM parcel ORDER BY place_id LIMIT 1 OFFSET {n}");
    let (first, second) = (w.text(&sscc(0)).await, w.text(&sscc(1)).await);
    let waybill = w.text("SELECT waybill FROM parcel ORDER BY place_id LIMIT 1").await;
    let mut boss = w.boss().await;
    for scan in ["WDC-MENU-PACK", "BENCH", &first, "2", "WDC-BACK"] {
        boss.ok(scan).await;
    }
    // One box of a shipment is open at a time.
    boss.ok(&second).await;
    assert_eq!(boss.no("1").await, "pack-box-open");
    // Put aside and open: any packer goes on with it by its code, and names only what lies in it.
    q.ok(&first).await;
    q.ok("WDC-SHORT").await;
    assert_eq!(q.last.page.table.rows.len(), 1, "the closed box stays closed");
    q.ok("WDC-BACK").await;
    q.ok("WDC-FULL").await;
    assert_eq!(
        w.text("SELECT state || ' ' || waybill FROM parcel ORDER BY place_id LIMIT 1").await,
        format!("labelled {waybill}")
    );
    assert_eq!(w.text("SELECT state FROM shipment").await, "packed");
    w.end().await;
}

#[tokio::test]
async fn a_walk_is_handed_to_a_colleague_by_two_badges() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    let mut q = w.person("Q", Role::Picker).await;
    let packer = w.person("R", Role::Packer).await;
    for scan in ["WDC-MENU-PICK", "A01", "T1"] {
        p.ok(scan).await;
    }
    let (mine, colleague) = (p.badge.clone(), q.badge.clone());
    assert_eq!(p.no(&mine).await, "give-own-first");
    assert_eq!(p.no(&packer.badge).await, "give-not-free");
    p.ok(&colleague).await;
    assert_eq!(p.no("A02").await, "give-expects-badge");
    p.ok(&mine).await;
    assert_eq!(p.said(), "trip-given");
    // The colleague is told, goes on with the same tote, and nothing is picked twice.
    assert_eq!(
        (q.no("WDC-MENU-PICK").await.as_str(), q.last.page.title.key.as_str()),
        ("notice-trip-given", "menu-title")
    );
    for scan in ["WDC-MENU-PICK", "A02", "T1", "STAGE"] {
        q.ok(scan).await;
    }
    assert_eq!(w.text("SELECT state FROM shipment").await, "picked");
    assert_eq!(w.number("SELECT sum(qty)::bigint FROM movement WHERE reason = 'pick'").await, 2);
    w.end().await;
}

#[tokio::test]
async fn who_goes_home_leaves_the_rest_of_the_walk_to_others() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "T1", "WDC-CLOSE"] {
        p.ok(scan).await;
    }
    assert_eq!(p.no("B04").await, "close-expects-staging");
    p.ok("STAGE").await;
    assert_eq!(
        (p.said().as_str(), w.text("SELECT state FROM shipment").await.as_str()),
        ("dropped-home", "picking")
    );
    let mut q = w.person("Q", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A02", "T2", "STAGE"] {
        q.ok(scan).await;
    }
    assert_eq!(w.text("SELECT state FROM shipment").await, "picked");
    // The bench asks for both totes.
    let mut r = w.at_bench("R", Role::Packer).await;
    r.ok("T2").await;
    assert_eq!(r.big(), "T1");
    w.end().await;
}

#[tokio::test]
async fn a_cancel_interrupts_exactly_who_has_it_in_hand() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1)]), ("O2", &[("I1", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    let mut other = w.person("X", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "T1", "A02"] {
        p.ok(scan).await;
    }
    w.give_up("O2").await;
    // The tote is not taken: the person sees why first, and the screen has moved on.
    assert_eq!(p.no("T2").await, "notice-cancelled");
    assert_eq!(p.last.feedback.as_ref().map(|s| s.tone), Some(Tone::Stop));
    assert_eq!(p.last.page.prompt.key, "drop-prompt");
    p.ok("STAGE").await;
    assert_eq!(p.said(), "dropped-last");
    other.ok("WDC-MENU-PICK").await;
    assert_eq!(w.number("SELECT count(*) FROM notice WHERE seen_at IS NOT NULL").await, 1);
    w.end().await;
}

#[tokio::test]
async fn another_address_after_the_label_makes_a_new_label_and_interrupts_the_truck() {
    let w = World::new().await;
    w.sql("UPDATE shop SET notify = 'label'").await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.person("Q", Role::Packer).await;
    q.ok("WDC-MENU-PACK").await;
    q.follow(40, |r| r.said() == "pack-done").await;
    let sscc = w.text("SELECT sscc FROM parcel").await;
    q.ok("WDC-MENU-HANDOVER").await;
    q.ok(&format!("00{sscc}")).await;
    // The shop was told a number; with the new label there is another one, as some carriers have
    // it.
    let first = w.text("SELECT waybill FROM parcel").await;
    w.sql("UPDATE outbox SET state = 'sent'").await;
    w.sql("UPDATE parcel SET waybill = 'SF-OTHER'").await;
    let mut order = World::order_json("O1", &[("I0", 2)]);
    order["receiver"]["address"] = "新路 9 号".into();
    order["updated_at"] =
        (jiff::Timestamp::now() + jiff::SignedDuration::from_secs(60)).to_string().into();
    let mut tx = w.worker.db.begin().await.unwrap();
    wavedeck::store::ingest::order(&mut tx, w.shop, &World::parse(order)).await.unwrap();
    tx.commit().await.unwrap();
    // The box is off the list, the one at the truck is told before the list can close, and the
    // label is to be made anew.
    assert_eq!(q.no("WDC-CLOSE").await, "notice-readdressed");
    assert_eq!(w.number("SELECT count(*) FROM hand_over_parcel").await, 0);
    assert!(
        q.scan(&format!("00{sscc}")).await.refused(),
        "a box without its label goes on no truck"
    );
    w.finish_parcels().await;
    let label = w.label().await;
    assert!(label.contains("_E6_96_B0_E8_B7_AF"), "the new address stands on the new label");
    assert_eq!(
        w.text("SELECT concat_ws(' ', state, body->>'waybill', body->>'was') FROM outbox").await,
        format!("waiting SF-OTHER {first}"),
        "and the shop is told what takes whose place"
    );
    q.ok(&format!("00{sscc}")).await;
    q.ok("WDC-CLOSE").await;
    assert_eq!(w.text("SELECT state FROM shipment").await, "handed_over");
    w.end().await;
}

const IN_BOXES: &str =
    "SELECT sum(s.on_hand)::bigint FROM stock s JOIN parcel q ON q.place_id = s.place_id";

#[tokio::test]
async fn a_number_at_the_bench_is_the_total_in_the_box() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 6)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.person("Q", Role::Packer).await;
    for scan in ["WDC-MENU-PACK", "BENCH"] {
        q.ok(scan).await;
    }
    let tote = q.last.expects[0].scan.clone();
    q.ok(&tote).await;
    // Before anything was scanned a number stands for nothing.
    assert_eq!(q.no("3").await, "pack-unknown");
    q.ok(&ean(0)).await;
    assert_eq!(q.no("7").await, "pack-count-too-many");
    assert_eq!(q.no("0").await, "pack-count-fewer");
    // However many were scanned one by one, the number is the total.
    q.ok(&ean(0)).await;
    assert_eq!(q.no("1").await, "pack-count-fewer");
    assert_eq!(q.last.expects.last().map(|expect| expect.scan.as_str()), Some("6"));
    q.ok("2").await;
    assert_eq!(w.number(IN_BOXES).await, 2);
    q.ok(&ean(0)).await;
    q.ok("5").await;
    assert_eq!(w.number(IN_BOXES).await, 5);
    // UNDO takes the number back.
    q.ok("WDC-UNDO").await;
    assert_eq!(w.number(IN_BOXES).await, 3);
    // What stands on the bench half packed is what the bench asks for first.
    q.ok("WDC-BACK").await;
    assert_eq!(q.last.expects.first().map(|expect| expect.scan.as_str()), Some(tote.as_str()));
    q.ok(&tote).await;
    q.ok(&ean(0)).await;
    q.ok("6").await;
    assert_eq!(q.said(), "pack-done");
    w.end().await;
}

#[tokio::test]
async fn a_refunded_line_is_cut_out_of_the_walk_and_of_nothing_else() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 2)]), ("O2", &[("I0", 1), ("I1", 2)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "T1", "A01", "T2", "A02"] {
        p.ok(scan).await;
    }
    w.change("O1", &[("I0", 1)]).await;
    assert_eq!(p.no("2").await, "notice-line-cut");
    assert_eq!(p.last.feedback.as_ref().map(|s| s.tone), Some(Tone::Stop));
    p.follow(20, |r| r.last.expects.iter().all(|e| e.code == "NEXT")).await;
    assert_eq!(
        w.text(
            "SELECT string_agg(s.state || l.qty, ' ' ORDER BY s.id, l.id) FROM shipment s JOIN \
            shipment_line l ON l.shipment_id = s.id"
        )
        .await,
        "picked1 picked1 picked2 cancelled2"
    );
    assert_eq!(w.number("SELECT count(*) FROM task").await, 0, "it was still in its bin");
    assert_eq!(
        w.number(
            "SELECT on_hand * 100 + reserved FROM stock s JOIN place p ON p.id = \
        s.place_id WHERE p.code = 'A02'"
        )
        .await,
        700
    );
    assert_eq!(w.number("SELECT count(*) FROM exception").await, 0);
    let mut q = w.person("Q", Role::Packer).await;
    q.ok("WDC-MENU-PACK").await;
    q.follow(40, |r| r.said() == "pack-done").await;
    assert_eq!(
        w.text("SELECT string_agg(qty::text, ' ' ORDER BY qty) FROM parcel_line").await,
        "1"
    );
    w.end().await;
}

#[tokio::test]
async fn units_taken_back_later_leave_totes_and_the_open_box_and_go_to_the_put_backs() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 3), ("I1", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    q.ok("T1").await;
    q.ok(&ean(1)).await;
    // The unit in the open box and one of three in the tote are taken back.
    w.change("O1", &[("I0", 2)]).await;
    assert_eq!(q.no(&ean(0)).await, "notice-line-cut");
    q.ok(&ean(0)).await;
    q.ok(&ean(0)).await;
    assert_eq!(q.said(), "pack-done");
    assert_eq!(w.text("SELECT string_agg(qty::text, ' ') FROM parcel_line").await, "2");
    assert_eq!(w.text("SELECT state FROM shipment ORDER BY id LIMIT 1").await, "packed");
    q.ok("WDC-MENU-PUTBACK").await;
    for _ in 0..2 {
        let from = q.big();
        q.ok(&from).await;
        q.follow(4, |r| r.said() == "put-back-done").await;
    }
    assert_eq!(w.number("SELECT count(*) FROM task WHERE state <> 'done'").await, 0);
    assert_eq!(
        w.number("SELECT count(*) FROM tote_use WHERE freed_at IS NULL").await,
        0,
        "the last unit frees the tote"
    );
    assert_eq!(
        w.number(
            "SELECT (sum(on_hand) * 10 + sum(reserved))::bigint FROM stock s JOIN bin b ON \
            b.place_id = s.place_id WHERE b.use = 'storage'"
        )
        .await,
        160
    );
    assert_eq!(w.number("SELECT count(*) FROM parcel WHERE state = 'open'").await, 0);
    // What lies in a labelled box is a case; what was sent comes back.
    w.change("O1", &[("I0", 1)]).await;
    assert_eq!(
        w.text("SELECT string_agg(reason, ' ') FROM exception WHERE done_at IS NULL").await,
        "changed_late"
    );
    w.end().await;
}

#[tokio::test]
async fn a_second_box_that_the_shop_empties_is_no_parcel_and_the_first_one_leaves() {
    let w = World::new().await;
    w.stock(&[
        ("A01", "I0", "L1", 100, 9),
        ("A02", "I1", "L1", 100, 9),
        ("A03", "I2", "L1", 100, 9),
    ])
    .await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1), ("I2", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    for scan in ["T1", &ean(0), "WDC-FULL", "WDC-YES"] {
        q.ok(scan).await;
    }
    w.finish_parcels().await;
    q.ok("T1").await;
    q.ok(&ean(1)).await;
    w.change("O1", &[("I0", 1)]).await;
    assert_eq!(w.text("SELECT state FROM shipment ORDER BY id LIMIT 1").await, "packed");
    assert_eq!(
        w.text("SELECT string_agg(state, ' ' ORDER BY place_id) FROM parcel").await,
        "labelled void"
    );
    w.end().await;
}

#[tokio::test]
async fn what_its_shop_holds_waits_where_it_stands_and_goes_on() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)]), ("O2", &[("I0", 1)])]).await;
    let say = async |no: &str, status: &str, minutes: i64| {
        let mut order = World::order_json(no, &[("I0", if no == "O1" { 2 } else { 1 })]);
        order["status"] = status.into();
        order["updated_at"] =
            (jiff::Timestamp::now() + jiff::SignedDuration::from_mins(minutes)).to_string().into();
        let mut tx = w.worker.db.begin().await.unwrap();
        wavedeck::store::ingest::order(&mut tx, w.shop, &World::parse(order)).await.unwrap();
        wavedeck::store::orders::promise_waiting(&mut tx, 100).await.unwrap();
        tx.commit().await.unwrap();
    };
    let states = "SELECT string_agg(s.state || coalesce(':' || h.reason, ''), ' ' ORDER BY \
                  s.shipment_no) FROM shipment s LEFT JOIN shipment_hold h ON h.shipment_id = s.id";
    say("O1", "pending", 1).await;
    assert_eq!(w.text(states).await, "ready:shop_holds ready");
    assert_eq!(
        w.number("SELECT coalesce(sum(open), 0)::bigint FROM promise WHERE ended_at IS NULL").await,
        3,
        "it keeps what it was promised"
    );
    let mut boss = w.release().await;
    assert_eq!(w.text(states).await, "ready:shop_holds released", "and it is not released");
    say("O1", "paid", 2).await;
    assert_eq!(w.text(states).await, "ready released");
    boss.ok("WDC-RELEASE").await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    // On the floor it is stopped where it stands, and goes on from there.
    say("O1", "pending", 3).await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    let tote = w
        .text(
            "SELECT pl.code FROM tote_use u JOIN place pl ON pl.id = u.container_id JOIN \
             shipment_hold h ON h.shipment_id = u.shipment_id WHERE u.freed_at IS NULL",
        )
        .await;
    assert_eq!(q.no(&tote).await, "pack-shipment-held");
    say("O1", "paid", 4).await;
    q.ok(&tote).await;
    w.check().await;
    w.end().await;
}
