//! What people decided stays decided, what the shop changes reaches whoever it concerns, and
//! nobody's absence holds up work.

use crate::support::{Robot, Role, World, ean};

/// Picks what was released, packs it at the bench and closes the box; returns the parcel's code as
/// its label has it.
async fn packed(w: &World) -> (Robot, Robot, String) {
    let boss = w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    q.follow(40, |r| r.said() == "pack-done").await;
    let sscc = w.text("SELECT '00' || sscc FROM parcel WHERE state = 'labelled'").await;
    (boss, q, sscc)
}

async fn one_order(units: i64) -> World {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", units)])]).await;
    w
}

/// Chooses what the screen names by this key.
async fn choose(robot: &mut Robot, key: &str) {
    let menu = &robot.last.page.menu;
    let n = menu
        .iter()
        .position(|choice| choice.text.key == key)
        .unwrap_or_else(|| panic!("{key} is not among {menu:?}"));
    robot.ok(&(n + 1).to_string()).await;
}

#[tokio::test]
async fn a_cancel_reaches_the_truck_before_the_list_is_closed() {
    let w = one_order(2).await;
    let (_, mut q, sscc) = packed(&w).await;
    q.ok("WDC-MENU-HANDOVER").await;
    q.ok(&sscc).await;
    w.give_up("O1").await;
    assert_eq!(q.no("WDC-CLOSE").await, "notice-off-list");
    assert_eq!(w.number("SELECT count(*) FROM hand_over_parcel").await, 0);
    assert_eq!(q.no("WDC-CLOSE").await, "hand-over-nothing");
    assert_eq!(
        w.number("SELECT count(*) FROM task WHERE kind = 'put_back' AND state = 'open'").await,
        1
    );
    w.end().await;
}

#[tokio::test]
async fn what_was_given_up_stays_given_up_and_a_hold_outlives_a_change() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1)]), ("O2", &[("I0", 2)])]).await;
    w.promise().await;
    let no = |order: &str| {
        format!(
            "SELECT s.shipment_no FROM orders o JOIN order_line ol ON ol.order_id = o.id JOIN \
             share z ON z.order_line_id = ol.id JOIN shipment_line l ON l.id = z.shipment_line_id \
             JOIN shipment s ON s.id = l.shipment_id WHERE o.order_no = '{order}' ORDER BY s.id \
             DESC LIMIT 1"
        )
    };
    let mut boss = w.person("EVE", Role::Supervisor).await;
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.ok(&w.text(&no("O1")).await).await;
    choose(&mut boss, "desk-do-cancel").await;
    boss.ok("WDC-YES").await;
    boss.ok(&w.text(&no("O2")).await).await;
    choose(&mut boss, "desk-do-expedite").await;
    choose(&mut boss, "desk-do-hold").await;
    boss.ok("3").await;
    // The shop changes both: the first comes back for nobody, the second is made anew and waits as
    // it waited.
    w.change("O1", &[("I0", 1)]).await;
    w.change("O2", &[("I0", 3)]).await;
    w.promise().await;
    assert_eq!(
        w.text("SELECT string_agg(state || ' ' || reason, ', ' ORDER BY id) FROM shipment").await,
        "cancelled given_up, cancelled order_changed, pending "
    );
    assert_eq!(
        w.text(
            "SELECT string_agg(h.reason || ' ' || s.priority, ',') FROM shipment s JOIN \
             shipment_hold h ON h.shipment_id = s.id"
        )
        .await,
        "payment_check 10"
    );
    w.end().await;
}

#[tokio::test]
async fn what_the_shop_added_late_has_a_shipment_of_its_own_what_it_took_back_leaves_an_open_box() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    let (_, mut q, sscc) = packed(&w).await;
    w.change("O1", &[("I0", 2), ("I1", 1)]).await;
    let mut boss = w.person("EVE", Role::Supervisor).await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    assert_eq!(boss.big(), "reason-changed-late");
    choose(&mut boss, "way-retry").await;
    assert_eq!(
        w.text(
            "SELECT string_agg(s.state || ' ' || l.qty, ', ' ORDER BY s.id) FROM shipment s \
            JOIN shipment_line l ON l.shipment_id = s.id"
        )
        .await,
        "packed 2, pending 1"
    );
    // One of the two in the labelled box is taken back: only once the box is open again it can be
    // cut out.
    w.change("O1", &[("I0", 1), ("I1", 1)]).await;
    boss.ok("WDC-BACK").await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    let retry =
        boss.last.page.menu.iter().position(|choice| choice.text.key == "way-retry").unwrap() + 1;
    assert_eq!(boss.no(&retry.to_string()).await, "exceptions-still-differs");
    let mut lead = w.at_bench("LEAD", Role::Supervisor).await;
    lead.ok(&sscc).await;
    lead.ok("1").await;
    lead.ok("WDC-BACK").await;
    choose(&mut boss, "way-retry").await;
    q.ok(&sscc).await;
    // The unit that was cut still lies in the box: it would go with the rest.
    assert_eq!(q.no("WDC-FULL").await, "pack-box-strays");
    for scan in ["WDC-BACK", "WDC-MENU-PUTBACK", &sscc, &ean(0), "A01", "WDC-MENU-PACK", &sscc] {
        q.scan(scan).await;
    }
    q.ok("WDC-FULL").await;
    assert_eq!(w.text("SELECT string_agg(qty::text, ' ') FROM parcel_line").await, "1");
    assert_eq!(w.number("SELECT count(*) FROM exception WHERE done_at IS NULL").await, 0);
    w.end().await;
}

#[tokio::test]
async fn an_address_that_changes_while_a_part_is_on_the_road_is_an_exception() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    for scan in
        [w.used_tote().await, ean(0), "WDC-FULL".into(), "WDC-YES".into(), "WDC-BACK".into()]
    {
        q.ok(&scan).await;
    }
    let first = w.text("SELECT '00' || sscc FROM parcel WHERE state = 'labelled'").await;
    q.ok("WDC-MENU-HANDOVER").await;
    q.ok(&first).await;
    q.ok("WDC-CLOSE").await;
    let mut order = World::order_json("O1", &[("I0", 1), ("I1", 1)]);
    order["receiver"]["address"] = "新路 9 号".into();
    order["updated_at"] =
        (jiff::Timestamp::now() + jiff::SignedDuration::from_secs(60)).to_string().into();
    let mut tx = w.worker.db.begin().await.unwrap();
    wavedeck::store::ingest::order(&mut tx, w.shop, &World::parse(order)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(
        w.text(
            "SELECT string_agg(reason || ' 00' || detail, ',') FROM exception WHERE done_at IS NULL"
        )
        .await,
        format!("address_late {first}")
    );
    w.end().await;
}

#[tokio::test]
async fn a_shipment_that_comes_back_to_the_bench_asks_for_no_tote_that_goes_back() {
    let w = one_order(2).await;
    let mut boss = w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let old = w.used_tote().await;
    let shipment = w.text("SELECT shipment_no FROM shipment").await;
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.ok(&shipment).await;
    choose(&mut boss, "desk-do-kick-out").await;
    boss.ok("WDC-YES").await;
    choose(&mut boss, "desk-do-let-go").await;
    w.promise().await;
    boss.ok("WDC-MENU-WAVE").await;
    boss.ok("WDC-RELEASE").await;
    p.scan("WDC-MENU-PICK").await;
    p.pick_all().await;
    let new = w
        .text(
            "SELECT p.code FROM tote_use u JOIN place p ON p.id = u.container_id WHERE \
        u.freed_at IS NULL ORDER BY u.id DESC LIMIT 1",
        )
        .await;
    assert_ne!(old, new);
    let mut q = w.at_bench("Q", Role::Packer).await;
    for scan in [&new, &ean(0), &ean(0)] {
        q.ok(scan).await;
    }
    assert_eq!(q.said(), "pack-done");
    w.end().await;
}

#[tokio::test]
async fn a_short_at_the_bench_goes_on_once_goods_are_there() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 2)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    let mut boss = w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    for scan in [w.used_tote().await, ean(0), "WDC-SHORT".into(), "1".into()] {
        q.scan(&scan).await;
    }
    assert_eq!(
        w.text(
            "SELECT string_agg(reason, ' ' ORDER BY reason) FROM exception WHERE done_at IS NULL"
        )
        .await,
        "not_found short"
    );
    w.stock(&[("A01", "I0", "L2", 100, 1)]).await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    if boss.big() != "reason-not-found" {
        boss.ok("WDC-NEXT").await;
    }
    choose(&mut boss, "way-retry").await;
    assert_eq!(
        w.number("SELECT count(*) FROM exception WHERE reason = 'not_found' AND done_at IS NULL")
            .await,
        0
    );
    p.scan("WDC-MENU-PICK").await;
    p.pick_all().await;
    assert_eq!(w.number("SELECT sum(qty)::bigint FROM movement WHERE reason = 'pick'").await, 3);
    w.end().await;
}

#[tokio::test]
async fn two_cases_about_one_bin_are_counted_apart() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 5)])]).await;
    let mut boss = w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "WDC-DAMAGED", "1", "WDC-DAMAGED", "3"] {
        p.ok(scan).await;
    }
    w.sql("UPDATE exception SET qty = 1 WHERE reason = 'damaged'").await;
    w.sql(
        "INSERT INTO exception (warehouse_id, reason, subject, place_id, item_id, lot_id, qty) \
        SELECT warehouse_id, 'short', subject, place_id, item_id, lot_id, 3 FROM exception WHERE \
        reason = 'damaged'",
    )
    .await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    assert_eq!(boss.big(), "reason-damaged");
    boss.ok("0").await;
    assert_eq!(
        w.number(
            "SELECT sum(qty)::bigint FROM movement WHERE reason = 'adjust' AND to_place = \
            (SELECT id FROM place WHERE code = 'ADJUSTMENT')"
        )
        .await,
        1
    );
    assert_eq!(w.number("SELECT on_hand FROM stock WHERE status = 'held'").await, 3);
    w.end().await;
}

#[tokio::test]
async fn nobodys_absence_holds_up_a_put_back_or_a_box() {
    let w = one_order(2).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let tote = w.used_tote().await;
    let mut gone = w.at_bench("GONE", Role::Packer).await;
    gone.ok(&tote).await;
    gone.ok(&ean(0)).await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    assert_eq!(q.no(&tote).await, "pack-other-packer");
    w.sql(
        "UPDATE standing SET updated_at = now() - interval '11 minutes' WHERE person_id = \
        (SELECT id FROM person WHERE code = 'GONE')",
    )
    .await;
    q.ok(&tote).await;
    q.ok(&ean(0)).await;
    assert_eq!(q.said(), "pack-done");
    // A put-back: busy, and then elsewhere.
    w.give_up("O1").await;
    let box_ = w.text("SELECT '00' || sscc FROM parcel").await;
    gone.scan("WDC-MENU-PUTBACK").await;
    gone.scan("WDC-MENU-PUTBACK").await;
    gone.ok(&box_).await;
    q.scan("WDC-MENU-PUTBACK").await;
    q.scan("WDC-MENU-PUTBACK").await;
    assert_eq!(q.no(&box_).await, "put-back-taken");
    w.sql(
        "UPDATE standing SET updated_at = now() - interval '11 minutes' WHERE person_id = \
        (SELECT id FROM person WHERE code = 'GONE')",
    )
    .await;
    q.ok(&box_).await;
    q.follow(4, |r| r.said() == "put-back-done").await;
    assert_eq!(w.number("SELECT count(*) FROM task WHERE state <> 'done'").await, 0);
    w.end().await;
}

#[tokio::test]
async fn a_full_trolley_changes_hands_by_two_badges() {
    let w = one_order(1).await;
    w.release().await;
    let (mut p, mut q) = (w.person("P", Role::Picker).await, w.person("Q", Role::Picker).await);
    for scan in ["WDC-MENU-PICK", "A01", "T1"] {
        p.ok(scan).await;
    }
    let (mine, colleague) = (p.badge.clone(), q.badge.clone());
    assert_eq!(p.last.page.prompt.key, "drop-prompt");
    p.ok(&colleague).await;
    assert_eq!(p.last.page.prompt.key, "ask-give");
    p.ok("WDC-UNDO").await;
    assert_eq!(p.last.page.prompt.key, "drop-prompt");
    p.ok(&colleague).await;
    p.ok(&mine).await;
    assert_eq!(p.said(), "trip-given");
    q.scan("WDC-MENU-PICK").await;
    for scan in ["WDC-MENU-PICK", "STAGE"] {
        q.ok(scan).await;
    }
    assert_eq!(w.text("SELECT state FROM shipment").await, "picked");
    w.end().await;
}

#[tokio::test]
async fn any_label_is_printed_again_by_who_may_and_a_lot_says_where_it_lies() {
    let w = one_order(2).await;
    let (mut boss, mut q, sscc) = packed(&w).await;
    let prints = "SELECT count(*) FROM print_job WHERE copy";
    q.ok("WDC-MENU-INQUIRY").await;
    q.ok(&sscc).await;
    assert!(q.last.page.menu.is_empty(), "a packer prints the last label of the own bench again");
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.ok(&sscc).await;
    choose(&mut boss, "desk-do-reprint").await;
    assert_eq!((boss.said(), w.number(prints).await), ("desk-done".into(), 1));
    let lot = w
        .text(
            "SELECT '#lot:' || id FROM lot WHERE number = 'L1' AND item_id = (SELECT id \
        FROM item WHERE sku = 'I0')",
        )
        .await;
    boss.ok(&lot).await;
    let rows = serde_json::to_string(&boss.last.page.table.rows[..2]).unwrap();
    assert!(
        rows.contains("desk-now") && rows.contains("A01") && rows.contains(&sscc[2..]),
        "{rows}"
    );
    w.end().await;
}

#[tokio::test]
async fn a_zone_is_kept_to_though_what_expires_first_lies_elsewhere() {
    let w = World::new().await;
    w.stock(&[
        ("A01", "I0", "L2", 100, 9),
        ("B01", "I0", "L1", 50, 2),
        ("A02", "I1", "L1", 100, 9),
    ])
    .await;
    w.orders(&[("O1", &[("I0", 1)]), ("O2", &[("I1", 1)])]).await;
    w.promise().await;
    let mut boss = w.person("EVE", Role::Supervisor).await;
    boss.ok("WDC-MENU-WAVE").await;
    boss.ok("5").await;
    boss.ok("WDC-RELEASE").await;
    assert_eq!(
        w.text(
            "SELECT string_agg(o.order_no || ' ' || s.state, ', ' ORDER BY o.order_no) \
        FROM orders o JOIN order_line ol ON ol.order_id = o.id JOIN share z ON z.order_line_id = \
        ol.id JOIN shipment_line l ON l.id = z.shipment_line_id JOIN shipment s ON s.id = \
        l.shipment_id"
        )
        .await,
        "O1 ready, O2 released"
    );
    assert_eq!(
        w.text(
            "SELECT string_agg(DISTINCT b.zone, ' ') FROM reservation r JOIN bin b ON \
        b.place_id = r.place_id"
        )
        .await,
        "A"
    );
    w.end().await;
}

#[tokio::test]
async fn a_list_is_filtered_by_the_words_that_stand_in_it_in_either_language() {
    let w = one_order(1).await;
    w.orders(&[("O2", &[("I7", 1)])]).await;
    w.promise().await;
    let mut boss = w.person("EVE", Role::Supervisor).await;
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.ok("#stage:pending").await;
    for (words, rows) in [("no stock", 1), ("没有库存", 1), ("nothing of the kind", 0), ("*", 1)]
    {
        boss.ok("#filter").await;
        boss.ok(words).await;
        assert_eq!(boss.last.page.table.rows.len(), rows, "{words}");
    }
    // A kept view is everybody's: only who may act keeps one.
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-INQUIRY").await;
    p.ok("#stage:pending").await;
    p.ok("#save").await;
    assert_eq!(p.no("mine").await, "not-allowed");
    w.end().await;
}

#[tokio::test]
async fn what_bears_no_code_or_lies_in_several_lots_is_put_back_from_a_list() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 50, 1), ("A01", "I0", "L2", 90, 9), ("A02", "I1", "L1", 100, 9)])
        .await;
    w.orders(&[("O1", &[("I0", 2), ("I1", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let tote = w.used_tote().await;
    w.give_up("O1").await;
    p.scan("WDC-MENU-PUTBACK").await;
    p.scan("WDC-MENU-PUTBACK").await;
    p.ok(&tote).await;
    // The code says which item, not which of two lots.
    p.ok(&ean(0)).await;
    assert_eq!(
        (p.last.page.prompt.key.as_str(), p.last.page.menu.len()),
        ("put-back-prompt-choice", 2)
    );
    assert_eq!(p.no("3").await, "put-back-expects-choice");
    p.ok("WDC-BACK").await;
    p.ok("WDC-NOCODE").await;
    assert_eq!(p.last.page.menu.len(), 3);
    for scan in ["3", "A02"] {
        p.ok(scan).await;
    }
    assert!(w.text("SELECT after::text FROM audit WHERE action = 'no_code'").await.contains("I1"));
    for scan in [&ean(0), "1", "A01", &ean(0), "A01"] {
        p.ok(scan).await;
    }
    assert_eq!(p.said(), "put-back-done");
    assert_eq!(
        w.number(
            "SELECT count(*) FROM stock s JOIN place p ON p.id = s.place_id WHERE p.code = \
            'A01' AND s.on_hand > 0"
        )
        .await,
        2,
        "each lot is its own again"
    );
    w.end().await;
}

#[tokio::test]
async fn a_case_comes_onto_the_screen_by_what_it_is_about() {
    let w = World::new().await;
    w.orders(&[("O1", &[("SHOP-X", 1)]), ("O2", &[("SHOP-Y", 1)])]).await;
    let mut boss = w.person("EVE", Role::Supervisor).await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    let on_screen = |robot: &Robot| serde_json::to_string(&robot.last.page.facts).unwrap();
    assert!(on_screen(&boss).contains("O1"));
    boss.ok("O2").await;
    assert!(on_screen(&boss).contains("O2"), "{}", on_screen(&boss));
    assert_eq!(boss.no("O9").await, "exceptions-no-item");
    w.end().await;
}

#[tokio::test]
async fn what_is_found_at_a_bench_goes_back_to_a_bin() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    let mut boss = w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    for scan in [w.used_tote().await, ean(0), "WDC-DAMAGED".into(), "1".into()] {
        q.scan(&scan).await;
    }
    assert_eq!(
        w.number(
            "SELECT s.on_hand FROM stock s JOIN place p ON p.id = s.place_id WHERE \
        p.code = 'BENCH' AND s.status = 'held'"
        )
        .await,
        1
    );
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    assert_eq!(boss.big(), "reason-damaged");
    boss.ok("1").await;
    p.scan("WDC-MENU-PUTBACK").await;
    if p.last.page.title.key != "menu-put-back" {
        p.ok("WDC-MENU-PUTBACK").await;
    }
    for scan in ["BENCH", &ean(0), "A01"] {
        p.ok(scan).await;
    }
    assert_eq!(p.said(), "put-back-done");
    assert_eq!(
        w.number(
            "SELECT count(*) FROM stock s JOIN place p ON p.id = s.place_id WHERE \
        p.code = 'BENCH' AND s.on_hand > 0"
        )
        .await,
        0
    );
    w.end().await;
}

#[tokio::test]
async fn the_history_says_who_decided_what_and_others_are_told_whom_to_ask() {
    let w = one_order(2).await;
    let (mut boss, mut q, sscc) = packed(&w).await;
    let shipment = w.text("SELECT shipment_no FROM shipment").await;
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.ok(&shipment).await;
    choose(&mut boss, "desk-do-expedite").await;
    let shown = |robot: &Robot| serde_json::to_string(&robot.last.page).unwrap();
    assert!(
        shown(&boss).contains("desk-do-expedite") && shown(&boss).contains("BOSS"),
        "{}",
        shown(&boss)
    );
    boss.ok(&sscc).await;
    choose(&mut boss, "desk-do-reprint").await;
    q.ok("WDC-MENU-INQUIRY").await;
    q.ok(&sscc).await;
    assert!(
        shown(&q).contains("desk-do-reprint") && shown(&q).contains("desk-not-yours"),
        "{}",
        shown(&q)
    );
    assert_eq!(
        w.number(&format!(
            "SELECT count(*) FROM audit WHERE subject IN ('{shipment}', '{}')",
            &sscc[2..]
        ))
        .await,
        2
    );
    w.end().await;
}

#[tokio::test]
async fn a_code_that_comes_late_and_names_nothing_is_said_and_goes_by_itself_once_it_is_mapped() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    let mut boss = w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-PICK").await;
    w.change("O1", &[("I0", 2), ("SHOP-X", 1)]).await;
    assert_eq!(
        w.text(
            "SELECT string_agg(reason, ' ' ORDER BY reason) FROM exception WHERE done_at IS NULL"
        )
        .await,
        "changed_late unknown_item"
    );
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    if boss.big() != "reason-unknown-item" {
        boss.ok("WDC-NEXT").await;
    }
    boss.ok("I1").await;
    assert_eq!(boss.said(), "exceptions-mapped");
    assert_eq!(
        w.text(
            "SELECT string_agg(s.state || ' ' || l.qty, ', ' ORDER BY s.id) FROM shipment s \
            JOIN shipment_line l ON l.shipment_id = s.id"
        )
        .await,
        "picking 2, pending 1"
    );
    choose(&mut boss, "way-retry").await;
    assert_eq!(w.number("SELECT count(*) FROM exception WHERE done_at IS NULL").await, 0);
    w.end().await;
}

#[tokio::test]
async fn what_was_given_up_of_a_line_is_no_difference_to_the_shop() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 2), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 5), ("I1", 2)])]).await;
    let mut boss = w.person("EVE", Role::Supervisor).await;
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.ok(&w.text("SELECT shipment_no FROM shipment").await).await;
    choose(&mut boss, "desk-do-split").await;
    boss.ok(&w.text("SELECT shipment_no FROM shipment ORDER BY id DESC LIMIT 1").await).await;
    choose(&mut boss, "desk-do-cancel").await;
    boss.ok("WDC-YES").await;
    w.release().await;
    w.change("O1", &[("I0", 5), ("I1", 1)]).await;
    assert_eq!(
        w.text(
            "SELECT coalesce(string_agg(reason, ' '), 'none') FROM exception WHERE done_at IS NULL"
        )
        .await,
        "none"
    );
    assert_eq!(
        w.number(
            "SELECT sum(l.qty)::bigint FROM shipment s JOIN shipment_line l ON \
        l.shipment_id = s.id WHERE s.state = 'released'"
        )
        .await,
        3
    );
    w.end().await;
}

#[tokio::test]
async fn what_left_without_a_unit_is_not_found_by_trying_again() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 3)]).await;
    w.orders(&[("O1", &[("I0", 3)])]).await;
    let mut boss = w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    for scan in [w.used_tote().await, ean(0), "WDC-SHORT".into(), "1".into(), ean(0)] {
        q.scan(&scan).await;
    }
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    if boss.big() != "reason-not-found" {
        boss.ok("WDC-NEXT").await;
    }
    let retry =
        boss.last.page.menu.iter().position(|choice| choice.text.key == "way-retry").unwrap() + 1;
    assert_eq!(boss.no(&retry.to_string()).await, "exceptions-still-none");
    w.end().await;
}
