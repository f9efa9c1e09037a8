//! What is lost at the bench is still owed: the rest follows, is waited for, or is given up, now or
//! later, and the shop hears of every unit that was sent.

use crate::support::{Robot, Role, World, ean};
use wavedeck::store::exceptions;

/// Two of an item are picked, one is in the box, the other is not in the tote.
async fn one_is_missing(w: &World) -> Robot {
    w.stock(&[("A01", "I0", "L1", 100, 2)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    w.person("P", Role::Picker).await.pick_all().await;
    let mut packer = w.at_bench("Q", Role::Packer).await;
    packer.ok(&w.used_tote().await).await;
    packer.ok("WDC-SHORT").await;
    packer.ok("1").await;
    assert!(packer.said().starts_with("pack-missing-"), "{}", packer.said());
    packer.ok(&ean(0)).await;
    assert_eq!(w.text(BOXES).await, "open", "it does not close over what is owed");
    packer
}

const BOXES: &str = "SELECT string_agg(state, ' ' ORDER BY place_id) FROM parcel";
const STATES: &str =
    "SELECT string_agg(concat_ws(':', state, nullif(reason, '')), ' ' ORDER BY id) FROM shipment";
const SENT: &str = "SELECT coalesce(sum((l ->> 'qty')::bigint), 0)::bigint FROM outbox, \
                    json_array_elements(body -> 'lines') l";

async fn choose(boss: &mut Robot, key: &str) {
    let way = boss.last.page.menu.iter().position(|way| way.text.key == key).unwrap();
    boss.ok(&(way + 1).to_string()).await;
}

async fn at_exceptions(w: &World) -> Robot {
    let mut boss = w.person("EVE", Role::Supervisor).await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    while boss.big() != "reason-not-found" {
        boss.ok("WDC-NEXT").await;
    }
    boss
}

/// What the worker does every minute; returns how many shipments have all that they lacked.
async fn find_again(w: &World) -> usize {
    let mut found = 0;
    let mut tx = w.worker.db.begin().await.unwrap();
    for lacking in exceptions::lost_and_there(&mut tx, 10).await.unwrap() {
        found += usize::from(exceptions::find_again(&mut tx, &lacking).await.unwrap());
    }
    tx.commit().await.unwrap();
    found
}

/// All that is labelled leaves.
async fn hand_over(w: &World, code: &str) {
    let mut loader = w.person(code, Role::Packer).await;
    loader.ok("WDC-MENU-HANDOVER").await;
    let all = w.text("SELECT string_agg(sscc, ' ') FROM parcel WHERE state = 'labelled'").await;
    for sscc in all.split(' ') {
        loader.ok(sscc).await;
    }
    loader.ok("WDC-CLOSE").await;
    w.check().await;
}

#[tokio::test]
async fn the_rest_follows_in_a_shipment_of_its_own_and_the_shop_hears_of_both() {
    let w = World::new().await;
    let mut packer = one_is_missing(&w).await;
    assert_eq!(packer.no("WDC-FULL").await, "pack-owed");
    packer.ok("WDC-BACK").await;
    let mut boss = at_exceptions(&w).await;
    choose(&mut boss, "way-split").await;
    // Nobody has the box in hand: it closes by itself, and its label comes.
    w.finish_parcels().await;
    assert_eq!(w.text(BOXES).await, "labelled");
    hand_over(&w, "L1").await;
    assert_eq!(
        (w.number(SENT).await, w.text(STATES).await),
        (1, "handed_over pending:no_stock".into())
    );
    // It goes as soon as there are goods again.
    w.stock(&[("A02", "I0", "L2", 100, 5)]).await;
    w.promise().await;
    boss.ok("WDC-MENU-WAVE").await;
    boss.ok("WDC-RELEASE").await;
    w.person("R", Role::Picker).await.pick_all().await;
    packer.ok(&w.used_tote().await).await;
    packer.ok(&ean(0)).await;
    hand_over(&w, "L2").await;
    assert_eq!((w.number(SENT).await, w.text(STATES).await), (2, "handed_over handed_over".into()));
    w.end().await;
}

#[tokio::test]
async fn where_a_shop_takes_parts_the_packer_closes_and_the_rest_follows() {
    let w = World::new().await;
    w.sql("UPDATE shop SET permits_parts = true").await;
    let mut packer = one_is_missing(&w).await;
    packer.ok("WDC-FULL").await;
    assert_eq!(packer.said(), "pack-done");
    assert_eq!(w.text(BOXES).await, "labelled");
    assert_eq!(w.text(STATES).await, "packed pending:no_stock");
    assert_eq!(
        w.number("SELECT count(*) FROM exception WHERE reason = 'not_found' AND done_at IS NULL")
            .await,
        0
    );
    hand_over(&w, "L").await;
    w.end().await;
}

#[tokio::test]
async fn what_is_given_up_at_the_bench_stays_given_up() {
    let w = World::new().await;
    let mut packer = one_is_missing(&w).await;
    packer.ok("WDC-BACK").await;
    let mut boss = at_exceptions(&w).await;
    choose(&mut boss, "way-give-up-rest").await;
    w.finish_parcels().await;
    hand_over(&w, "L").await;
    w.stock(&[("A02", "I0", "L2", 100, 5)]).await;
    w.change("O1", &[("I0", 2)]).await;
    w.promise().await;
    assert_eq!(
        (w.number(SENT).await, w.text(STATES).await),
        (1, "handed_over cancelled:given_up".into())
    );
    w.end().await;
}

#[tokio::test]
async fn what_is_waited_for_is_brought_when_goods_come() {
    let w = World::new().await;
    let mut packer = one_is_missing(&w).await;
    packer.ok("WDC-BACK").await;
    assert_eq!(find_again(&w).await, 0);
    w.stock(&[("A02", "I0", "L2", 100, 5)]).await;
    assert_eq!(find_again(&w).await, 1);
    let open = "SELECT count(*) FROM exception WHERE reason = 'not_found' AND done_at IS NULL";
    assert_eq!(w.number(open).await, 0);
    w.person("R", Role::Picker).await.pick_all().await;
    packer.ok("WDC-MENU-PACK").await;
    packer.follow(9, |r| r.said() == "pack-done").await;
    assert_eq!(w.text(BOXES).await, "labelled");
    hand_over(&w, "L").await;
    assert_eq!((w.number(SENT).await, w.text(STATES).await), (2, "handed_over".into()));
    w.end().await;
}

#[tokio::test]
async fn a_shipment_that_left_in_part_is_open_until_the_rest_is_decided() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 2)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    w.person("P", Role::Picker).await.pick_all().await;
    let mut packer = w.at_bench("Q", Role::Packer).await;
    packer.ok(&w.used_tote().await).await;
    packer.ok(&ean(0)).await;
    packer.ok("WDC-FULL").await;
    packer.ok("WDC-YES").await;
    packer.ok("WDC-SHORT").await;
    packer.ok("1").await;
    packer.ok("WDC-BACK").await;
    w.finish_parcels().await;
    hand_over(&w, "L").await;
    assert_eq!(w.text(STATES).await, "packing", "one unit is owed");
    let mut boss = at_exceptions(&w).await;
    choose(&mut boss, "way-split").await;
    assert_eq!(w.text(STATES).await, "handed_over pending:no_stock");
    assert_eq!(w.number(SENT).await, 1);
    w.end().await;
}

#[tokio::test]
async fn at_release_a_shop_that_takes_parts_gets_what_can_be_picked_and_the_rest_waits_in_sight() {
    let w = World::new().await;
    w.sql("UPDATE shop SET permits_parts = true").await;
    w.stock(&[("A01", "I0", "L1", 100, 1), ("A02", "I0", "L1", 100, 2)]).await;
    w.sql(
        "UPDATE bin b SET pickable = false FROM place p WHERE p.id = b.place_id AND p.code = 'A02'",
    )
    .await;
    w.orders(&[("O1", &[("I0", 3)])]).await;
    w.release().await;
    assert_eq!(
        w.text(
            "SELECT string_agg(s.state || ' ' || sl.qty, ', ' ORDER BY s.id) FROM shipment s JOIN \
             shipment_line sl ON sl.shipment_id = s.id"
        )
        .await,
        "released 1, pending 2"
    );
    w.promise().await;
    assert_eq!(w.number("SELECT count(*) FROM shipment WHERE state = 'ready'").await, 1);
    w.end().await;
}

#[tokio::test]
async fn a_parcel_that_is_packed_anew_is_told_anew() {
    let w = World::new().await;
    w.sql("UPDATE shop SET notify = 'label'").await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1)])]).await;
    w.release().await;
    w.person("P", Role::Picker).await.pick_all().await;
    let mut boss = w.at_bench("EVE", Role::Supervisor).await;
    boss.ok(&w.used_tote().await).await;
    boss.ok(&ean(0)).await;
    boss.ok(&ean(1)).await;
    w.sql("UPDATE outbox SET state = 'sent'").await;
    let told = "SELECT concat_ws(' ', state, json_array_length(body -> 'lines'), body ->> 'was' = \
                body ->> 'waybill') FROM outbox";
    assert_eq!(w.text(told).await, "sent 2");
    // Opened again, a damaged unit goes out of it and comes later: the shop is told what is in it.
    boss.ok(&w.text("SELECT sscc FROM parcel").await).await;
    boss.ok("2").await;
    boss.ok("WDC-DAMAGED").await;
    assert_eq!(boss.no("WDC-YES").await, "pack-asked-which");
    boss.ok("2").await;
    boss.ok("WDC-FULL").await;
    assert_eq!(w.text(BOXES).await, "labelled");
    assert_eq!(w.text(told).await, "waiting 1 t");
    // Not every platform takes lines back: somebody looks there.
    assert_eq!(w.number("SELECT count(*) FROM exception WHERE reason = 'told_otherwise'").await, 1);
    w.end().await;
}

/// One of two has left, the other was not found.
async fn one_has_left(w: &World) -> Robot {
    w.stock(&[("A01", "I0", "L1", 100, 2)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    w.person("P", Role::Picker).await.pick_all().await;
    let mut packer = w.at_bench("Q", Role::Packer).await;
    packer.ok(&w.used_tote().await).await;
    packer.ok(&ean(0)).await;
    for scan in ["WDC-FULL", "WDC-YES", "WDC-SHORT", "WDC-YES", "WDC-BACK"] {
        packer.ok(scan).await;
    }
    w.finish_parcels().await;
    hand_over(w, "L").await;
    packer
}

#[tokio::test]
async fn what_is_owed_is_brought_from_a_pallet_too() {
    let w = World::new().await;
    one_has_left(&w).await;
    w.container("PAL1", "pallet", "A03").await;
    w.stock(&[("PAL1", "I0", "L2", 100, 1)]).await;
    assert_eq!(find_again(&w).await, 1);
    let mut picker = w.person("R", Role::Picker).await;
    picker.ok("WDC-MENU-PICK").await;
    assert_eq!(picker.big(), "A03", "{:?}", picker.last);
    picker.pick_all().await;
    let picked = "SELECT sum(qty)::bigint FROM movement WHERE reason = 'pick'";
    assert_eq!(w.number(picked).await, 3);
    w.end().await;
}

#[tokio::test]
async fn what_is_set_aside_or_cancelled_after_a_part_left_is_the_rest_alone() {
    for (way, then) in
        [("way-hold", "handed_over pending"), ("way-cancel", "handed_over cancelled")]
    {
        let w = World::new().await;
        one_has_left(&w).await;
        let mut boss = at_exceptions(&w).await;
        choose(&mut boss, way).await;
        if way == "way-cancel" {
            boss.ok("WDC-YES").await;
        }
        let states = "SELECT string_agg(state, ' ' ORDER BY id) FROM shipment";
        assert_eq!(w.text(states).await, then);
        w.sql("UPDATE hold SET lifted_at = now(), lifted_by = 'BOSS'").await;
        w.stock(&[("A02", "I0", "L2", 100, 9)]).await;
        w.promise().await;
        assert_eq!(
            w.number("SELECT coalesce(sum(open), 0)::bigint FROM promise WHERE ended_at IS NULL")
                .await,
            i64::from(way == "way-hold"),
            "one is owed, and not two"
        );
        w.end().await;
    }
}

#[tokio::test]
async fn a_unit_that_was_given_up_is_the_first_that_the_shop_takes_back() {
    let w = World::new().await;
    let mut packer = one_is_missing(&w).await;
    packer.ok("WDC-BACK").await;
    let mut boss = at_exceptions(&w).await;
    choose(&mut boss, "way-give-up-rest").await;
    w.change("O1", &[("I0", 1)]).await;
    w.finish_parcels().await;
    assert_eq!(w.text(BOXES).await, "labelled", "the good unit goes");
    assert_eq!(w.number("SELECT count(*) FROM exception WHERE reason = 'changed_late'").await, 0);
    hand_over(&w, "L").await;
    assert_eq!(w.number(SENT).await, 1);
    w.end().await;
}

#[tokio::test]
async fn a_shipment_whose_rest_was_looked_for_again_in_vain_is_over_when_it_is_given_up() {
    let w = World::new().await;
    one_has_left(&w).await;
    w.stock(&[("A02", "I0", "L2", 100, 1)]).await;
    assert_eq!(find_again(&w).await, 1);
    assert_eq!(w.text(STATES).await, "picking");
    let mut picker = w.person("R", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "WDC-SHORT", "WDC-SHORT"] {
        picker.ok(scan).await;
    }
    let mut boss = at_exceptions(&w).await;
    choose(&mut boss, "way-give-up-rest").await;
    assert_eq!(w.text(STATES).await, "handed_over cancelled:given_up");
    assert_eq!(w.number("SELECT count(*) FROM promise WHERE ended_at IS NULL").await, 0);
    w.end().await;
}

#[tokio::test]
async fn what_is_left_of_a_broken_promise_is_ready_when_the_rest_is_parted_off() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 2), ("A02", "I1", "L1", 100, 2)]).await;
    w.orders(&[("O1", &[("I0", 2), ("I1", 2)])]).await;
    w.sql(
        "SELECT add_hold('lot', lo.id, 'recall', '', 'BOSS') FROM lot lo JOIN item i ON i.id = \
         lo.item_id WHERE i.sku = 'I1'",
    )
    .await;
    assert_eq!(w.text(STATES).await, "pending:broken_promise");
    w.sql("SELECT split_rest(id, true) FROM shipment").await;
    assert_eq!(w.text(STATES).await, "ready cancelled:given_up");
    w.end().await;
}

#[tokio::test]
async fn a_box_that_a_hold_kept_open_closes_when_it_is_lifted() {
    let w = World::new().await;
    let mut packer = one_is_missing(&w).await;
    packer.ok("WDC-BACK").await;
    w.sql("SELECT add_hold('shipment', id, 'payment_check', '', 'BOSS') FROM shipment").await;
    let mut boss = at_exceptions(&w).await;
    choose(&mut boss, "way-give-up-rest").await;
    assert_eq!(w.text(BOXES).await, "open");
    w.sql("SELECT lift_hold(hold_no, 'BOSS') FROM hold").await;
    assert_eq!(w.text(BOXES).await, "closed");
    w.finish_parcels().await;
    hand_over(&w, "L").await;
    w.end().await;
}

#[tokio::test]
async fn a_way_out_of_an_exception_asks_for_its_own_right() {
    let w = World::new().await;
    w.sql(
        "INSERT INTO role (code, name_en, name_zh, rights) VALUES ('decider', 'd', 'd', \
         '{exceptions}')",
    )
    .await;
    one_has_left(&w).await;
    let mut decider = w.person("D", Role::Own("decider")).await;
    decider.ok("WDC-MENU-EXCEPTIONS").await;
    while decider.big() != "reason-not-found" {
        decider.ok("WDC-NEXT").await;
    }
    let open = "SELECT count(*) FROM exception WHERE done_at IS NULL";
    let before = w.number(open).await;
    let ways: Vec<String> =
        decider.last.page.menu.iter().map(|choice| choice.text.key.clone()).collect();
    for (n, way) in ways.iter().enumerate().filter(|(_, way)| *way != "way-retry") {
        let mut said = decider.scan(&(n + 1).to_string()).await.feedback.clone();
        if way == "way-cancel" {
            said = decider.scan("WDC-YES").await.feedback.clone();
        }
        assert_eq!(said.unwrap().text.key, "not-allowed", "{way}");
        decider.scan("WDC-NO").await;
    }
    assert!(ways.iter().any(|way| way == "way-cancel") && ways.len() > 2, "{ways:?}");
    assert_eq!(w.number(open).await, before);
    w.end().await;
}

#[tokio::test]
async fn a_box_that_is_whole_once_the_shop_takes_the_rest_back_is_closed_by_the_pull() {
    let w = World::new().await;
    let mut packer = one_is_missing(&w).await;
    packer.ok("WDC-BACK").await;
    w.change("O1", &[("I0", 1)]).await;
    w.finish_parcels().await;
    assert_eq!(
        (w.text(BOXES).await, w.text(STATES).await),
        ("labelled".into(), "packed cancelled:order_changed".into())
    );
    hand_over(&w, "L").await;
    w.end().await;
}
