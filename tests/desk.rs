//! The desk: every number opens its list, every list its detail, every code is told; and what a
//! supervisor does to shipments, waves, walks and people.

use crate::support::{Robot, Role, World, ean};
use sqlx::Connection;
use wavedeck::jobs::turn;
use wavedeck::protocol::desk::{Kind, Subject};
use wavedeck::protocol::{Arg, Cell, Message};
use wavedeck::work::desk::{Value, list_as_file};

/// What stands in a cell: a word of the catalogue by its key.
fn words(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Name(name) => name.en.clone(),
        Cell::Count(n) | Cell::Stock { on_hand: n, .. } => n.to_string(),
        Cell::Instant(instant) => instant.by_clock_of("UTC"),
        Cell::Says(message) => message.as_plain().unwrap_or(&message.key).to_owned(),
        drawn => format!("{drawn:?}"),
    }
}

fn rows(robot: &Robot) -> Vec<String> {
    robot
        .last
        .page
        .table
        .rows
        .iter()
        .map(|row| row.iter().map(words).collect::<Vec<_>>().join("|"))
        .collect()
}

/// What the row that starts so opens.
fn opens(robot: &Robot, start: &str) -> String {
    let n = rows(robot)
        .iter()
        .position(|row| row.starts_with(start))
        .unwrap_or_else(|| panic!("{start} is not among {:#?}", rows(robot)));
    robot.last.page.table.opens[n].clone()
}

async fn choose(robot: &mut Robot, action: &str) {
    let n = robot
        .last
        .page
        .menu
        .iter()
        .position(|choice| choice.text.key == action)
        .unwrap_or_else(|| panic!("{action} cannot be chosen: {:?}", robot.last.page.menu));
    robot.ok(&(n + 1).to_string()).await;
}

/// What the action on the screen says that it makes undone.
fn consequences(robot: &Robot) -> Vec<String> {
    let plain = |text: &Message| {
        text.args
            .values()
            .filter_map(|arg| if let Arg::Plain(text) = arg { Some(text.clone()) } else { None })
            .collect::<Vec<_>>()
            .join(" ")
    };
    robot
        .last
        .page
        .facts
        .iter()
        .filter(|fact| fact.text.key.starts_with("desk-undoes"))
        .map(|fact| format!("{} {}", fact.text.key, plain(&fact.text)))
        .collect()
}

async fn busy() -> (World, Robot) {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1)]), ("O2", &[("I0", 1)]), ("O3", &[("I7", 1)])]).await;
    let boss = w.release().await;
    (w, boss)
}

#[tokio::test]
async fn every_number_of_the_board_opens_its_list_and_every_list_its_detail() {
    let (w, mut boss) = busy().await;
    w.forget_deck().await;
    boss.ok("WDC-MENU-BOARD").await;
    assert!(
        rows(&boss).iter().any(|row| row.starts_with("state-released|2|")),
        "{:#?}",
        rows(&boss)
    );
    let stage = opens(&boss, "state-released");
    assert_eq!(stage, Subject::list(Kind::Stage, "released").scan());
    boss.ok(&stage).await;
    assert_eq!(rows(&boss).len(), 2);
    let shipment = w
        .text(
            "SELECT s.shipment_no FROM shipment s JOIN shipment_line l ON \
        l.shipment_id = s.id GROUP BY s.id HAVING count(*) = 2",
        )
        .await;
    let row = opens(&boss, &shipment);
    boss.ok(&row).await;
    assert_eq!(boss.big(), shipment);
    // From its goods to the bin, to the item, and all the way back.
    let bin = opens(&boss, "Item 0");
    boss.ok(&bin).await;
    assert_eq!(boss.big(), "A01");
    let item = opens(&boss, "Item 0");
    boss.ok(&item).await;
    assert_eq!(boss.last.page.title.key, "kind-item");
    for title in ["kind-place", "kind-shipment", "state-released", "menu-board", "menu-title"] {
        boss.ok("WDC-BACK").await;
        assert_eq!(boss.last.page.title.key, title);
    }
    w.end().await;
}

#[tokio::test]
async fn any_code_is_told_to_anybody_with_what_happened_and_who_did_it() {
    let (w, _) = busy().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.person("Q", Role::Packer).await;
    q.ok("WDC-MENU-PACK").await;
    q.follow(40, |r| r.said() == "pack-done").await;
    let sscc = w.text("SELECT sscc FROM parcel").await;
    let codes: Vec<(String, &str)> = vec![
        (ean(0), "kind-item"),
        ("I1".into(), "kind-item"),
        ("A01".into(), "kind-place"),
        ("T1".into(), "kind-place"),
        ("STAGE".into(), "kind-place"),
        ("BENCH".into(), "kind-place"),
        ("L1".into(), "kind-lot"),
        ("O1".into(), "kind-order"),
        (w.text("SELECT min(shipment_no) FROM shipment").await, "kind-shipment"),
        (format!("00{sscc}"), "kind-parcel"),
        (w.text("SELECT waybill FROM parcel").await, "kind-parcel"),
        (w.text("SELECT trip_no FROM trip").await, "kind-trip"),
        (w.text("SELECT wave_no FROM wave").await, "kind-wave"),
        ("P".into(), "kind-person"),
        (p.badge.clone(), "kind-person"),
    ];
    let mut r = w.person("R", Role::Receiver).await;
    r.ok("WDC-MENU-INQUIRY").await;
    for (code, title) in codes {
        r.ok(&code).await;
        assert_eq!(r.last.page.title.key, title, "{code}");
        assert!(r.last.page.menu.is_empty(), "a receiver only looks: {code}");
    }
    // What the label says is for those who pack; others see that it is there.
    for (robot, sees) in [(&mut r, false), (&mut q, true)] {
        robot.scan("WDC-MENU-INQUIRY").await;
        robot.ok(&format!("00{sscc}")).await;
        let facts: Vec<String> =
            robot.last.page.facts.iter().map(|fact| words(&fact.text.clone().into())).collect();
        assert_eq!(facts.iter().any(|fact| fact.contains("林晓 13800000000")), sees, "{facts:?}");
        assert_eq!(facts.iter().any(|fact| fact == &format!("[00{sscc}]")), sees, "{facts:?}");
    }
    r.ok("A01").await;
    assert!(
        rows(&r).iter().any(|row| row.contains("Picked|1 × I0|A01 > T") && row.ends_with("|P")),
        "{:#?}",
        rows(&r)
    );
    assert_eq!(r.no("no such thing").await, "desk-unknown");
    assert_eq!(r.last.page.title.key, "kind-place", "a refusal leaves the screen as it was");
    w.end().await;
}

#[tokio::test]
async fn a_supervisor_holds_lets_go_expedites_kicks_out_and_takes_back() {
    let (w, mut boss) = busy().await;
    let shipment = |no: &'static str| {
        format!(
            "SELECT s.shipment_no FROM shipment s JOIN shipment_line l ON l.shipment_id = s.id \
             JOIN share z ON z.shipment_line_id = l.id JOIN order_line ol ON ol.id = \
             z.order_line_id JOIN orders o ON o.id = ol.order_id WHERE o.order_no = '{no}' AND \
             s.state <> 'cancelled'"
        )
    };
    let (one, two, three) = (
        w.text(&shipment("O1")).await,
        w.text(&shipment("O2")).await,
        w.text(&shipment("O3")).await,
    );
    let state = |no: &str| {
        format!(
            "SELECT s.state || ' ' || coalesce(h.reason, s.reason) FROM shipment s LEFT JOIN \
             newest_shipment_hold h ON h.shipment_id = s.id WHERE s.shipment_no = '{no}'"
        )
    };
    boss.ok("WDC-MENU-INQUIRY").await;
    // Waiting for stock: held, and let go again.
    boss.ok(&three).await;
    choose(&mut boss, "desk-do-hold").await;
    boss.ok("4").await;
    // Another reason is said in one's own words, and stands on the screen.
    boss.ok("customer calls back at 3").await;
    assert_eq!(w.text(&state(&three)).await, "pending other");
    assert!(
        boss.last
            .page
            .facts
            .iter()
            .any(|fact| format!("{:?}", fact.text).contains("calls back at 3"))
    );
    choose(&mut boss, "desk-do-let-go").await;
    assert_eq!(w.text(&state(&three)).await, "pending no_stock");
    // Released and half picked: out of its wave, what is in the tote is put back.
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "T1"] {
        p.ok(scan).await;
    }
    boss.ok(&one).await;
    choose(&mut boss, "desk-do-kick-out").await;
    assert_eq!(consequences(&boss), ["desk-undoes-picked T1"]);
    assert_eq!(boss.no("A01").await, "desk-expects-answer");
    boss.ok("WDC-YES").await;
    assert_eq!(w.text(&state(&one)).await, "pending by_hand");
    assert_eq!(p.no("A02").await, "notice-set-aside");
    assert_eq!(w.number("SELECT count(*) FROM task WHERE state = 'open'").await, 1);
    assert_eq!(w.number("SELECT count(*) FROM audit WHERE action = 'desk-do-kick-out'").await, 1);
    // Expedited on the floor.
    boss.ok(&two).await;
    choose(&mut boss, "desk-do-expedite").await;
    assert_eq!(w.number("SELECT max(priority)::bigint FROM shipment").await, 10);
    // The put-back frees the goods, and the held one goes out again.
    p.ok("WDC-MENU-PUTBACK").await;
    for scan in ["T1", &ean(0), "A01"] {
        p.ok(scan).await;
    }
    boss.ok(&one).await;
    choose(&mut boss, "desk-do-let-go").await;
    w.promise().await;
    assert_eq!(w.text(&state(&one)).await, "ready ");
    boss.ok("WDC-MENU-WAVE").await;
    boss.ok("WDC-RELEASE").await;
    // Taken back before anybody began.
    let wave =
        w.text("SELECT wave_no FROM wave WHERE state = 'released' ORDER BY id DESC LIMIT 1").await;
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.ok(&wave).await;
    choose(&mut boss, "desk-do-take-back").await;
    boss.ok("WDC-YES").await;
    assert_eq!(w.text(&state(&one)).await, "ready ");
    assert_eq!(
        w.text(&format!("SELECT state FROM wave WHERE wave_no = '{wave}'")).await,
        "taken_back"
    );
    w.end().await;
}

#[tokio::test]
async fn who_takes_a_packed_shipment_out_of_its_wave_reads_that_its_label_is_void() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 300, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    let mut boss = w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    for scan in [w.used_tote().await, ean(0), ean(0), "WDC-FULL".into()] {
        q.scan(&scan).await;
    }
    let waybill = w.text("SELECT waybill FROM parcel").await;
    let parcel = w.text("SELECT sscc FROM parcel").await;
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.ok(&w.text("SELECT shipment_no FROM shipment").await).await;
    for action in ["desk-do-cancel", "desk-do-kick-out"] {
        choose(&mut boss, action).await;
        assert_eq!(
            consequences(&boss),
            [format!("desk-undoes-picked {parcel}"), format!("desk-undoes-labels {waybill}")]
        );
        boss.ok("WDC-NO").await;
    }
    w.end().await;
}

#[tokio::test]
async fn a_supervisor_moves_a_walk_and_sends_a_message() {
    let (w, mut boss) = busy().await;
    let mut p = w.person("P", Role::Picker).await;
    let mut q = w.person("Q", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "T1"] {
        p.ok(scan).await;
    }
    let trip = w.text("SELECT trip_no FROM trip WHERE state = 'claimed'").await;
    boss.ok("WDC-MENU-BOARD").await;
    boss.ok(&trip).await;
    choose(&mut boss, "desk-do-assign").await;
    assert_eq!(boss.no(&p.badge).await, "give-not-free");
    boss.ok(&q.badge.clone()).await;
    assert_eq!(p.no("A02").await, "notice-trip-taken");
    assert_eq!(q.no("WDC-MENU-PICK").await, "notice-trip-given");
    q.pick_all().await;
    assert_eq!(w.number("SELECT sum(qty)::bigint FROM movement WHERE reason = 'pick'").await, 3);
    boss.ok("P").await;
    choose(&mut boss, "desk-do-message").await;
    boss.ok("Come to gate 3").await;
    p.scan("WDC-MENU-PUTBACK").await;
    assert_eq!(p.said(), "notice-message");
    assert_eq!(
        p.last.feedback.as_ref().map(|s| s.text.args["text"].clone()),
        Some(Arg::Plain("Come to gate 3".into()))
    );
    w.end().await;
}

#[tokio::test]
async fn only_those_who_may_act_can_act() {
    let (w, _) = busy().await;
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-INQUIRY").await;
    let shipment = w.text("SELECT min(shipment_no) FROM shipment").await;
    p.ok(&shipment).await;
    // The digit of an action that is not there is only a code that nobody knows.
    assert_eq!(p.no("1").await, "desk-unknown");
    assert_eq!(p.no("WDC-MENU-BOARD").await, "not-allowed");
    w.end().await;
}

#[tokio::test]
async fn a_receiver_is_shown_to_those_who_pack_and_answer_for_it() {
    let w = World::new().await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    let shipment = w.text("SELECT shipment_no FROM shipment").await;
    for role in Role::ALL {
        let mut robot = w.person(&format!("{role:?}").to_uppercase(), role).await;
        robot.ok("WDC-MENU-INQUIRY").await;
        for code in ["O1", &shipment] {
            robot.ok(code).await;
            let page = serde_json::to_string(&robot.last.page).unwrap();
            let reads = matches!(role, Role::Packer | Role::Supervisor | Role::Admin);
            assert_eq!(
                (page.contains("林晓"), page.contains("13800000000"), page.contains("示范路")),
                (reads, reads, reads),
                "{role:?} {code}"
            );
            assert!(page.contains("成都市"), "{role:?} {code}: how far it goes");
        }
    }
    w.end().await;
}

#[tokio::test]
async fn a_case_that_comes_onto_the_screen_is_answered_only_once_it_was_seen() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 300, 9)]).await;
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    assert_eq!(boss.big(), "exceptions-none");
    w.orders(&[("O1", &[("SHOP-X", 1)])]).await;
    // What was meant for the screen before hits nobody; then the case stands there and is answered.
    assert_eq!(boss.no("I0").await, "exceptions-moved");
    assert_eq!(boss.big(), "reason-unknown-item");
    assert_eq!(boss.no("WDC-NEXT").await, "exceptions-only-one");
    boss.ok("I0").await;
    assert_eq!(boss.said(), "exceptions-mapped");
    w.end().await;
}

#[tokio::test]
async fn a_list_is_filtered_sorted_cut_to_columns_kept_and_exported() {
    let w = World::new().await;
    w.orders(&[("O1", &[("I0", 5)]), ("O2", &[("I1", 40)]), ("O3", &[("I2", 9)])]).await;
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    boss.ok("WDC-MENU-BOARD").await;
    let pending = opens(&boss, "state-pending");
    boss.ok(&pending).await;
    let units = |robot: &Robot| {
        robot.last.page.table.rows.iter().map(|row| words(&row[3])).collect::<Vec<_>>()
    };
    assert_eq!(units(&boss), ["5", "40", "9"]);
    // Numbers sort as numbers, one way and the other.
    for _ in 0..4 {
        boss.ok("#sort").await;
    }
    assert_eq!(units(&boss), ["5", "9", "40"]);
    boss.ok("#reverse").await;
    assert_eq!(units(&boss), ["40", "9", "5"]);
    boss.ok("#columns").await;
    for wrong in ["none", "9", "1 0"] {
        assert_eq!(boss.no(wrong).await, "desk-expects-columns");
    }
    boss.ok("1 4").await;
    assert_eq!(boss.last.page.table.header.len(), 2);
    boss.ok("#save").await;
    boss.ok("Big first").await;
    boss.ok("#filter").await;
    boss.ok("s0000002").await;
    assert_eq!(rows(&boss).len(), 1);
    // Its detail and back: the list is as it was left.
    let detail = opens(&boss, "S0000002");
    boss.ok(&detail).await;
    boss.ok("WDC-BACK").await;
    assert_eq!(rows(&boss), ["S0000002|40"]);
    let listed = wavedeck::work::desk::full_list(
        &w.ctx,
        boss.session,
        boss.last.operator.as_ref().unwrap().id,
    )
    .await
    .unwrap()
    .unwrap();
    assert_eq!(
        (listed.header.iter().map(|text| text.key.as_str()).collect::<Vec<_>>(), listed.rows.len()),
        (vec!["col-shipment", "col-units"], 1)
    );
    let evil = [vec![Value::Text("=1+1".into()), Value::Count(-1)]];
    let csv = list_as_file(false, &["a".into(), "b".into()], &evil).unwrap();
    assert_eq!(String::from_utf8(csv).unwrap(), "a,b\n'=1+1,-1\n");
    // The kept view, for another supervisor too.
    let mut other = w.person("OTHER", Role::Supervisor).await;
    other.ok("WDC-MENU-BOARD").await;
    other.ok(&pending).await;
    other.ok("#views").await;
    assert_eq!(other.no("7").await, "desk-expects-choice");
    other.ok("1").await;
    assert_eq!(rows(&other), ["S0000002|40", "S0000003|9", "S0000001|5"]);
    w.end().await;
}

#[tokio::test]
async fn a_supervisor_takes_a_walk_over_closes_one_by_force_and_holds_with_a_reason() {
    let (w, mut boss) = busy().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "T1"] {
        p.ok(scan).await;
    }
    let trip = w.text("SELECT trip_no FROM trip").await;
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.ok(&trip).await;
    choose(&mut boss, "desk-do-force-close").await;
    assert_eq!(boss.no("9").await, "desk-expects-choice");
    boss.ok("2").await;
    assert_eq!(boss.said(), "desk-done");
    // The tote stands at staging, the rest is a walk for others, and the picker is told before
    // anything else is taken.
    assert_eq!(
        w.number(
            "SELECT count(*) FROM place c JOIN place p ON p.id = c.parent_id WHERE \
        p.code = 'STAGE' AND c.id IN (SELECT container_id FROM tote_use WHERE freed_at IS \
        NULL)"
        )
        .await,
        1
    );
    assert_eq!(p.no("A02").await, "notice-trip-closed");
    assert_eq!(
        w.number(
            "SELECT count(*) FROM audit WHERE action = 'desk-do-force-close' AND \
        after->>'text' = 'equipment'"
        )
        .await,
        1
    );
    let rest = w.text("SELECT trip_no FROM trip WHERE state = 'open'").await;
    boss.ok(&rest).await;
    choose(&mut boss, "desk-do-take-over").await;
    assert_eq!(
        w.number(
            "SELECT count(*) FROM trip t JOIN person p ON p.id = t.person_id WHERE \
        t.state = 'claimed' AND p.code = 'BOSS'"
        )
        .await,
        1
    );
    let held = w.text("SELECT shipment_no FROM shipment WHERE state = 'pending'").await;
    boss.ok(&held).await;
    choose(&mut boss, "desk-do-hold").await;
    boss.ok("2").await;
    assert_eq!(w.text("SELECT reason FROM shipment_hold").await, "address_check");
    w.end().await;
}

#[tokio::test]
async fn an_unknown_code_is_mapped_once_and_everything_that_waits_for_it_goes_on() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("SHOP-X", 1)]), ("O2", &[("shop-x", 2)]), ("O3", &[("SHOP-Y", 1)])]).await;
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    assert_eq!(boss.no("NOTHING").await, "exceptions-no-item");
    boss.ok(&ean(0)).await;
    assert_eq!(boss.said(), "exceptions-mapped");
    assert_eq!(w.number("SELECT count(*) FROM shipment").await, 2);
    assert_eq!(
        w.text("SELECT string_agg(subject, ' ') FROM exception WHERE done_at IS NULL").await,
        "O3"
    );
    // By its item code, and the next order needs nobody.
    boss.ok("i1").await;
    w.orders(&[("O4", &[("SHOP-Y", 1)])]).await;
    assert_eq!(w.number("SELECT count(*) FROM shipment").await, 4);
    assert_eq!(w.number("SELECT count(*) FROM exception WHERE done_at IS NULL").await, 0);
    w.end().await;
}

#[tokio::test]
async fn more_than_is_known_is_counted_and_cases_of_a_kind_are_tried_again_together() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 5)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    let mut boss = w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "WDC-FOUND", "WDC-YES"] {
        p.ok(scan).await;
    }
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    // Said twice: the number may have been meant for the card before.
    boss.ok("1").await;
    assert_eq!(boss.no("1").await, "exceptions-fewer-than-reserved");
    boss.ok("8").await;
    assert_eq!(boss.last.page.prompt.key, "exceptions-sure-all");
    boss.ok("8").await;
    assert_eq!(w.number("SELECT sum(on_hand)::bigint FROM stock").await, 8);
    w.sql(
        "INSERT INTO exception (warehouse_id, reason, subject, shipment_id) SELECT id, \
        'no_carrier', 'C' || n, NULL FROM warehouse, generate_series(1, 3) n",
    )
    .await;
    boss.ok("WDC-MENU-BOARD").await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    boss.ok("3").await;
    assert_eq!(boss.said(), "exceptions-retried");
    w.sql("UPDATE exception SET done_at = now() WHERE reason = 'no_carrier'").await;
    w.end().await;
}

#[tokio::test]
async fn a_wave_is_chosen_by_lines_zone_priority_and_number_and_says_what_is_short_and_why() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("B01", "I1", "L1", 100, 9)]).await;
    w.orders(&[
        ("O1", &[("I0", 1)]),
        ("O2", &[("I0", 1), ("I1", 1)]),
        ("O3", &[("I1", 1)]),
        ("O4", &[("I1", 1)]),
    ])
    .await;
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    boss.ok("WDC-MENU-WAVE").await;
    let count = |robot: &Robot| match &robot.last.page.big.as_ref().unwrap().args["shipments"] {
        Arg::Count(n) => *n,
        other => panic!("{other:?}"),
    };
    assert_eq!(count(&boss), 4);
    boss.ok("4").await;
    assert_eq!(count(&boss), 3, "one line each");
    boss.ok("5").await;
    assert_eq!(count(&boss), 1, "zone A");
    boss.ok("5").await;
    assert_eq!(count(&boss), 2, "zone B");
    boss.ok("9").await;
    boss.ok("B singles").await;
    for scan in ["4", "4", "5"] {
        boss.ok(scan).await;
    }
    // The choice is everything again; the most urgent one of it.
    w.sql("UPDATE shipment SET priority = 10 WHERE shipment_no = 'S0000002'").await;
    boss.ok("6").await;
    assert_eq!(count(&boss), 1);
    boss.ok("6").await;
    boss.ok("7").await;
    assert_eq!(boss.no("many").await, "wave-expects-most");
    boss.ok("2").await;
    assert_eq!(count(&boss), 2);
    boss.ok("8").await;
    boss.ok("1").await;
    assert_eq!(count(&boss), 2, "the kept choice");
    // What is promised and cannot be picked is said before anybody walks.
    w.sql(
        "UPDATE bin SET pickable = false WHERE place_id = (SELECT id FROM place WHERE code = \
        'B01')",
    )
    .await;
    for scan in ["WDC-BACK", "WDC-MENU-WAVE"] {
        boss.ok(scan).await;
    }
    assert_eq!(rows(&boss), ["Item 1|3|lack-not-pickable"]);
    boss.ok("WDC-RELEASE").await;
    assert_eq!(
        w.text("SELECT string_agg(state || reason, ' ' ORDER BY id) FROM shipment").await,
        "released readyshort readyshort readyshort"
    );
    w.end().await;
}

#[tokio::test]
async fn what_is_there_goes_now_and_the_rest_later() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 3), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 5), ("I1", 2)]), ("NONE", &[("I2", 1)])]).await;
    let mut boss = w.person("LEAD", Role::Supervisor).await;
    boss.ok("WDC-MENU-INQUIRY").await;
    let first = w.text("SELECT min(shipment_no) FROM shipment").await;
    boss.ok(&first).await;
    choose(&mut boss, "desk-do-split").await;
    let lines = "SELECT string_agg(s.state || ':' || i.sku || l.qty, ' ' ORDER BY s.id, i.sku) \
        FROM shipment s JOIN shipment_line l ON l.shipment_id = s.id JOIN item i ON i.id = \
        l.item_id";
    assert_eq!(w.text(lines).await, "ready:I03 ready:I12 pending:I21 pending:I02");
    // Nothing of it is there: there is nothing to send now.
    boss.ok(&w.text("SELECT max(shipment_no) FROM shipment WHERE state = 'pending'").await).await;
    let line = boss.last.page.menu.iter().position(|c| c.text.key == "desk-do-split").unwrap() + 1;
    assert_eq!(boss.no(&line.to_string()).await, "split-nothing");
    // On the floor: what nobody found goes later too, and the rest is packed.
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "WDC-SHORT", "WDC-YES"] {
        p.ok(scan).await;
    }
    p.follow(20, |r| r.last.expects.iter().all(|e| e.code == "NEXT")).await;
    assert_eq!(
        w.text(
            "SELECT string_agg(reason || qty, ' ' ORDER BY reason) FROM exception WHERE \
        done_at IS NULL"
        )
        .await,
        "not_found3 short3"
    );
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    boss.follow(3, |r| r.last.page.menu.iter().any(|c| c.text.key == "way-split")).await;
    choose(&mut boss, "way-split").await;
    assert_eq!(w.text(lines).await, "picked:I12 pending:I21 pending:I02 pending:I03");
    assert_eq!(
        w.text("SELECT string_agg(reason, ' ') FROM exception WHERE done_at IS NULL").await,
        "short"
    );
    let mut q = w.person("Q", Role::Packer).await;
    q.ok("WDC-MENU-PACK").await;
    q.ok("BENCH").await;
    q.ok("T1").await;
    // An item's own code does as well as its barcode.
    q.ok("i1").await;
    q.ok("I1").await;
    assert_eq!(q.said(), "pack-done");
    w.end().await;
}

#[tokio::test]
async fn a_walk_that_is_taken_away_says_what_is_in_the_hand() {
    let (w, mut boss) = busy().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01"] {
        p.ok(scan).await;
    }
    p.ok(&ean(0)).await;
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.ok(&w.text("SELECT trip_no FROM trip WHERE state = 'claimed'").await).await;
    choose(&mut boss, "desk-do-force-close").await;
    assert!(
        boss.last.page.facts.iter().any(|fact| fact.strong && fact.text.key == "desk-in-hand"),
        "{:?}",
        boss.last.page.facts
    );
    boss.ok("WDC-BACK").await;
    choose(&mut boss, "desk-do-take-over").await;
    assert!(
        !boss.last.page.menu.iter().any(|choice| choice.text.key == "desk-do-take-over"),
        "it is one's own now"
    );
    w.end().await;
}

#[tokio::test]
async fn who_reads_an_address_is_in_the_audit_and_a_look_beside_shows_none() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.ok("O1").await;
    assert!(format!("{:?}", boss.last.page.facts).contains("林晓"));
    let reads = "SELECT count(*) FROM audit WHERE person = 'BOSS' AND action = 'receiver_read'";
    assert_eq!(w.number(reads).await, 1);
    // A wide screen shows what a row opens, and not to whom it goes.
    boss.ok("#stage:ready").await;
    let row = opens(&boss, "S0000001");
    let person = boss.last.operator.as_ref().unwrap().id;
    let beside = wavedeck::work::desk::row_details(&w.ctx, boss.session, person, &row);
    let beside = format!("{:?}", beside.await.unwrap().unwrap());
    assert!(beside.contains("S0000001") && !beside.contains("林晓"), "{beside}");
    assert_eq!(w.number(reads).await, 1);
    // Who may not read it reads the region, and nothing is in the audit.
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-INQUIRY").await;
    p.ok("O1").await;
    assert!(!format!("{:?}", p.last.page.facts).contains("林晓"));
    assert_eq!(w.number("SELECT count(*) FROM audit WHERE action = 'receiver_read'").await, 1);
    w.end().await;
}

#[tokio::test]
async fn an_exception_is_opened_from_its_list_and_leads_back_there() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 5), ("A02", "I1", "L1", 100, 5)]).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1)])]).await;
    let mut boss = w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "WDC-FOUND", "WDC-YES", "A01", "T1", "WDC-FOUND", "WDC-YES"] {
        p.ok(scan).await;
    }
    w.forget_deck().await;
    boss.ok("WDC-MENU-BOARD").await;
    let list = opens(&boss, "reason-found|2");
    boss.ok(&list).await;
    assert_eq!(rows(&boss).len(), 2);
    let second = boss.last.page.table.opens[1].clone();
    boss.ok(&second).await;
    assert_eq!(boss.last.page.title.key, "exceptions-title");
    assert!(format!("{:?}", boss.last.page.facts).contains("A02"), "{:?}", boss.last.page);
    // A number that was not meant is asked about, and BACK leads to the question only.
    boss.ok("9").await;
    boss.ok("WDC-BACK").await;
    assert_eq!(boss.last.page.title.key, "exceptions-title");
    boss.ok("9").await;
    boss.ok("9").await;
    assert_eq!((boss.last.page.title.key.as_str(), rows(&boss).len()), ("reason-found", 1));
    // The other one is left as it is.
    let first = boss.last.page.table.opens[0].clone();
    boss.ok(&first).await;
    boss.ok("WDC-BACK").await;
    assert_eq!((boss.last.page.title.key.as_str(), rows(&boss).len()), ("reason-found", 1));
    boss.ok("WDC-BACK").await;
    assert_eq!(boss.last.page.title.key, "menu-board");
    // Who may not answer it sees what it is about.
    p.ok("WDC-MENU-INQUIRY").await;
    p.ok(&first).await;
    assert_eq!(p.big(), "A01");
    w.end().await;
}

/// The numbers of the deck as the database tells them.
async fn told(w: &World) -> serde_json::Value {
    serde_json::from_str(&w.text(&format!("SELECT deck({})::text", w.warehouse)).await).unwrap()
}

#[tokio::test]
async fn the_deck_counts_what_is_done_and_what_is_left() {
    let (w, mut boss) = busy().await;
    w.sql("UPDATE shipment SET cutoff_at = date_trunc('hour', now()) + interval '3 hours'").await;
    // What no truck is known for breaks nothing.
    w.sql("UPDATE shipment SET cutoff_at = 'infinity' WHERE state = 'pending'").await;
    w.person("P", Role::Picker).await.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    q.ok(&w.used_tote().await).await;
    q.follow(6, |r| r.said() == "pack-done").await;
    w.forget_deck().await;
    let deck = told(&w).await;
    let [cutoff] = deck["cutoffs"].as_array().unwrap().as_slice() else { panic!("{deck:#}") };
    let number = |name: &str| cutoff[name].as_i64().unwrap();
    let lines = w.number("SELECT count(*) FROM movement WHERE reason = 'pick'").await;
    assert_eq!((number("total"), number("packed"), number("out")), (2, 1, 0), "{deck:#}");
    assert_eq!(deck["past"]["picked"][0].as_i64(), Some(lines));
    assert_eq!(deck["past"]["packed"][0].as_i64(), Some(1));
    assert_eq!(deck["past"]["by_zone"]["A"].as_i64(), Some(lines));
    let key = format!("{} {}", cutoff["carrier"].as_str().unwrap(), number("at"));
    assert_eq!(deck["past"]["by_cutoff"][&key][0].as_i64(), Some(1), "{deck:#}");
    // One more undone pick is none, and the page says the rate.
    boss.ok("WDC-MENU-BOARD").await;
    let row = rows(&boss).into_iter().find(|row| row.starts_with("Mark(")).unwrap();
    assert!(row.contains("Share { done: 1, of: 2 }") && row.contains("|4|"), "{row}");
    // The door shows what it counts, and is read anew, if seldom.
    let door = opens(&boss, "Mark(");
    boss.ok(&door).await;
    assert_eq!(rows(&boss).len(), 2, "{door}");
    assert!(boss.last.page.live && boss.last.page.seldom);
    boss.ok("#stage:live").await;
    assert_eq!(rows(&boss).len(), 3, "and a list of all has the one without a truck");
    assert!(boss.last.page.live && !boss.last.page.seldom);
    w.end().await;
}

#[tokio::test]
async fn a_rehearsal_says_how_it_would_end_and_writes_nothing() {
    let (w, mut boss) = busy().await;
    w.sql("UPDATE shipment SET cutoff_at = date_trunc('hour', now()) + interval '3 hours'").await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    q.ok(&w.used_tote().await).await;
    q.follow(6, |r| r.said() == "pack-done").await;
    w.forget_deck().await;
    boss.ok("WDC-MENU-BOARD").await;
    let written = "SELECT (SELECT count(*) FROM movement) + (SELECT count(*) FROM reservation) + \
                   (SELECT count(*) FROM trip) + (SELECT count(*) FROM audit)";
    let before = w.number(written).await;
    let door = opens(&boss, "rehearsal-title");
    boss.ok(&door).await;
    let way = |boss: &Robot, key: &str| {
        let rows = rows(boss);
        rows.into_iter().find(|row| row.starts_with(key)).unwrap()
    };
    assert_eq!(way(&boss, "rehearsal-more-pack"), "rehearsal-more-pack|1|1");
    assert!(!way(&boss, "rehearsal-pace-pack").contains("unknown"), "{:?}", rows(&boss));
    let ends = |boss: &Robot| rows(boss)[1].clone();
    assert!(!ends(&boss).contains("rehearsal-never"), "{}", ends(&boss));
    // Without anybody at a bench nothing would be packed; each way leads on from what is tried.
    let fewer = opens(&boss, "rehearsal-fewer-pack");
    boss.ok(&fewer).await;
    assert_eq!(way(&boss, "rehearsal-more-pack"), "rehearsal-more-pack|1|0");
    assert!(ends(&boss).ends_with("rehearsal-never"), "{}", ends(&boss));
    for key in ["rehearsal-more-pack", "rehearsal-more-pack", "rehearsal-more-pick"] {
        let door = opens(&boss, key);
        boss.ok(&door).await;
    }
    assert_eq!(way(&boss, "rehearsal-more-pack"), "rehearsal-more-pack|1|2");
    assert_eq!(way(&boss, "rehearsal-more-pick"), "rehearsal-more-pick|0|1");
    assert_eq!(w.number(written).await, before);
    // One step back is the deck, however much was tried.
    boss.ok("WDC-BACK").await;
    assert_eq!(boss.last.page.title.key, "menu-board");
    // Who has no deck rehearses nothing, and does not see who works how fast.
    p.ok("WDC-MENU-INQUIRY").await;
    for scan in [door.as_str(), "#people:all"] {
        assert_eq!(p.no(scan).await, "desk-unknown");
    }
    w.end().await;
}

#[tokio::test]
async fn people_are_listed_zone_by_zone_and_their_pace_is_for_few() {
    let (w, mut boss) = busy().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "T1"] {
        p.ok(scan).await;
    }
    w.person("IDLE", Role::Picker).await.ok("WDC-MENU-PICK").await;
    boss.ok("WDC-MENU-BOARD").await;
    boss.ok("#people:all").await;
    let columns = |boss: &Robot| boss.last.page.table.header.len();
    let all = columns(&boss);
    let of_p = || rows(&boss).into_iter().find(|row| row.contains("|P|")).unwrap();
    assert!(of_p().starts_with("A|P|menu-pick|T"), "{:?}", rows(&boss));
    // Shares of the middle: of one alone it is all of it.
    assert!(of_p().ends_with("|100"), "{}", of_p());
    assert!(boss.last.page.live);
    w.sql("UPDATE role SET rights = array_remove(rights, 'labour') WHERE code = 'supervisor'")
        .await;
    boss.sees_another_screen().await;
    boss.ok("#people:all").await;
    assert_eq!(columns(&boss), all - 4);
    assert!(!rows(&boss).iter().any(|row| row.contains("100")), "{:?}", rows(&boss));
    // Nor do they look by it, or take it away as a file.
    boss.ok("#people:all/of-median=100").await;
    assert!(rows(&boss).is_empty(), "{:?}", rows(&boss));
    boss.ok("#people:all").await;
    let person = boss.last.operator.as_ref().unwrap().id;
    let file = wavedeck::work::desk::full_list(&w.ctx, boss.session, person).await.unwrap();
    assert_eq!(file.unwrap().header.len(), all - 4);
    // Units of goods are everybody's to read.
    let mut q = w.person("Q", Role::Packer).await;
    q.ok("WDC-MENU-INQUIRY").await;
    q.ok(&w.text("SELECT shipment_no FROM shipment WHERE state = 'picking' LIMIT 1").await).await;
    assert!(q.last.page.table.header.iter().any(|name| name.key == "col-units"));
    w.end().await;
}

#[tokio::test]
async fn one_word_leads_back_to_where_the_desk_begins() {
    let (w, mut boss) = busy().await;
    boss.ok("WDC-MENU-BOARD").await;
    for scan in ["#stage:ready", "A01", "I0"] {
        boss.ok(scan).await;
    }
    boss.ok("#home").await;
    assert_eq!(boss.last.page.title.key, "menu-board");
    boss.ok("WDC-BACK").await;
    assert_eq!(boss.last.page.title.key, "menu-title");
    w.end().await;
}

#[tokio::test]
async fn however_many_look_the_deck_is_worked_out_once() {
    let (w, mut boss) = busy().await;
    let mut other = w.person("OTHER", Role::Supervisor).await;
    boss.ok("WDC-MENU-BOARD").await;
    other.ok("WDC-MENU-BOARD").await;
    w.forget_deck().await;
    let worked = "SELECT xmin::text::bigint FROM deck_snapshot";
    let look = boss.request(wavedeck::protocol::Input::Refresh);
    boss.send(&look).await;
    let first = w.number(worked).await;
    for robot in [&mut other, &mut boss] {
        let look = robot.request(wavedeck::protocol::Input::Refresh);
        robot.send(&look).await;
        assert_eq!(w.number(worked).await, first, "a look is kept, and serves the next one");
    }
    // Who is at it holds up nobody, and what is old is not told for new.
    let mut conn = sqlx::PgConnection::connect(&w.owner_url).await.unwrap();
    sqlx::query("BEGIN").execute(&mut conn).await.unwrap();
    sqlx::query("SELECT 1 FROM deck_snapshot FOR UPDATE").execute(&mut conn).await.unwrap();
    assert!(told(&w).await["cutoffs"].is_array());
    sqlx::query("UPDATE deck_snapshot SET at = now() - interval '1 hour', deck = '{}'")
        .execute(&mut conn)
        .await
        .unwrap();
    sqlx::query("COMMIT").execute(&mut conn).await.unwrap();
    sqlx::query("BEGIN").execute(&mut conn).await.unwrap();
    sqlx::query("SELECT 1 FROM deck_snapshot FOR UPDATE").execute(&mut conn).await.unwrap();
    assert!(told(&w).await["cutoffs"].is_array(), "worked out anew, beside the other");
    w.end().await;
}

#[tokio::test]
async fn several_rows_are_held_at_once_and_who_is_left_out_is_said_before() {
    let (w, mut boss) = busy().await;
    boss.ok("WDC-MENU-BOARD").await;
    boss.ok("#stage:live").await;
    let all: Vec<String> = boss.last.page.table.opens.clone();
    assert_eq!(all.len(), 3, "{:?}", rows(&boss));
    let ids: Vec<&str> = all.iter().map(|row| row.rsplit(':').next().unwrap()).collect();
    // One of them is over by the time that it is done.
    w.sql(&format!("UPDATE shipment SET state = 'cancelled' WHERE id = {}", ids[0])).await;
    boss.ok(&format!("#marked:shipment:{}", ids.join(","))).await;
    assert_eq!(rows(&boss).len(), 3);
    choose(&mut boss, "desk-do-hold").await;
    let said = format!("{:?}", boss.last.page.facts);
    assert!(said.contains("marked-does") && said.contains("marked-leaves-out"), "{said}");
    // A letter or Enter does nothing; the reason does.
    boss.ok("1").await;
    assert_eq!(boss.said(), "marked-done");
    let held = "SELECT count(*) FROM hold WHERE lifted_at IS NULL AND by = 'BOSS'";
    assert_eq!(w.number(held).await, 2);
    let noted = "SELECT count(*) FROM audit WHERE action = 'desk-do-hold' AND person = 'BOSS'";
    assert_eq!(w.number(noted).await, 2, "each is in the audit by itself");
    // All of it or nothing: what asks is answered by YES alone.
    choose(&mut boss, "desk-do-let-go").await;
    assert_eq!(boss.no("1").await, "desk-expects-answer");
    boss.ok("WDC-YES").await;
    assert_eq!(w.number(held).await, 0);
    choose(&mut boss, "desk-do-cancel").await;
    boss.ok("WDC-YES").await;
    assert_eq!(w.text("SELECT string_agg(DISTINCT state, ' ') FROM shipment").await, "cancelled");
    choose_none(&boss);
    // Who may not, may not; and what is no row is nothing.
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-INQUIRY").await;
    assert_eq!(p.no("#marked:shipment:1,2").await, "desk-unknown");
    boss.ok("#marked:shipment:999999,abc").await;
    assert!(rows(&boss).is_empty());
    // What another warehouse sends is another's.
    w.sql("UPDATE shipment SET state = 'ready'").await;
    let marked = format!("#marked:shipment:{}", ids.join(","));
    boss.ok(&marked).await;
    assert_eq!(rows(&boss).len(), 3);
    w.sql("INSERT INTO warehouse (code, name, tz) VALUES ('ZZ', 'Two', 'UTC')").await;
    w.sql("UPDATE shipment SET warehouse_id = (SELECT id FROM warehouse WHERE code = 'ZZ')").await;
    boss.ok("WDC-BACK").await;
    boss.ok(&marked).await;
    assert!(rows(&boss).is_empty());
    w.end().await;
}

/// Nothing is left that could be done.
fn choose_none(robot: &Robot) {
    assert!(robot.last.page.menu.is_empty(), "{:?}", robot.last.page.menu);
}

#[tokio::test]
async fn a_walk_is_given_by_a_digit_and_who_cannot_take_it_is_told_why() {
    let (w, mut boss) = busy().await;
    let mut p = w.person("P", Role::Picker).await;
    w.person("IDLE", Role::Picker).await;
    w.person("Q", Role::Packer).await;
    for scan in ["WDC-MENU-PICK", "A01", "T1"] {
        p.ok(scan).await;
    }
    let trip = w.text("SELECT trip_no FROM trip WHERE state = 'claimed'").await;
    boss.ok("WDC-MENU-BOARD").await;
    boss.ok(&trip).await;
    choose(&mut boss, "desk-do-assign").await;
    let offered = |boss: &Robot| -> Vec<String> {
        let lines = boss.last.page.menu.iter();
        lines.map(|line| format!("{} {:?}", line.text.key, line.text.args["name"])).collect()
    };
    assert_eq!(
        offered(&boss),
        ["assign-to Plain(\"IDLE\")", "assign-to Plain(\"BOSS\")", "assign-has-trip Plain(\"P\")"],
        "who may pick, and whoever is idle first"
    );
    assert_eq!(boss.no("3").await, "assign-has-trip");
    assert_eq!(boss.no("4").await, "desk-expects-badge");
    boss.ok("1").await;
    let whose = "SELECT pe.code FROM trip t JOIN person pe ON pe.id = t.person_id \
                 WHERE t.state = 'claimed'";
    assert_eq!(w.text(whose).await, "IDLE");
    assert_eq!(p.no("A02").await, "notice-trip-taken");
    w.end().await;
}

#[tokio::test]
async fn one_message_goes_to_all_who_are_marked() {
    let (w, mut boss) = busy().await;
    let mut people = [w.person("P", Role::Picker).await, w.person("Q", Role::Packer).await];
    boss.ok("WDC-MENU-BOARD").await;
    boss.ok("#people:all").await;
    let ids: Vec<String> =
        people.iter().map(|person| person.last.operator.as_ref().unwrap().id.to_string()).collect();
    boss.ok(&format!("#marked:person:{}", ids.join(","))).await;
    assert_eq!(rows(&boss).len(), 2);
    choose(&mut boss, "desk-do-message").await;
    assert_eq!(boss.no("WDC-YES").await, "desk-expects-answer", "nothing is no message");
    boss.ok("Gate 3 is closed").await;
    assert_eq!(boss.said(), "marked-done");
    for person in &mut people {
        person.scan("WDC-UNDO").await;
        assert_eq!(person.said(), "notice-message");
    }
    w.end().await;
}

#[tokio::test]
async fn what_is_marked_is_released_by_itself_and_the_desk_is_where_it_was() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1)]), ("O2", &[("I1", 1)]), ("O3", &[("I0", 1)])]).await;
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    boss.ok("WDC-MENU-BOARD").await;
    boss.ok("#stage:ready").await;
    assert_eq!(boss.last.page.size, Some((3, 3)));
    assert!(boss.last.page.as_of.is_some());
    let ids = w.text("SELECT string_agg(id::text, ',') FROM shipment WHERE id <> 2").await;
    boss.ok(&format!("#marked:shipment:{ids}")).await;
    choose(&mut boss, "desk-do-release").await;
    assert_eq!(boss.last.page.title.key, "wave-title");
    assert!(boss.last.page.facts.iter().any(|fact| fact.text.key == "wave-only"));
    // BACK leads to the rows, and they can be chosen again.
    boss.ok("WDC-BACK").await;
    assert_eq!(boss.last.page.title.key, "marked-title");
    choose(&mut boss, "desk-do-release").await;
    boss.ok("WDC-RELEASE").await;
    assert_eq!(
        (boss.said(), boss.last.page.title.key.as_str()),
        ("wave-released".into(), "marked-title")
    );
    let left = "SELECT string_agg(id::text, ',') FROM shipment WHERE state = 'ready'";
    assert_eq!(w.text(left).await, "2");
    w.check().await;
    // One of them by its own page; what is out already is not released again.
    boss.ok(&w.text("SELECT shipment_no FROM shipment WHERE id = 2").await).await;
    choose(&mut boss, "desk-do-release").await;
    boss.ok("WDC-RELEASE").await;
    assert_eq!(w.number("SELECT count(*) FROM wave").await, 2);
    assert!(!boss.last.page.menu.iter().any(|line| line.text.key == "desk-do-release"));
    // A choice that was kept is of no shipments in particular.
    let kept = "SELECT count(*) FROM saved_view";
    boss.ok("WDC-MENU-WAVE").await;
    assert!(!boss.last.page.facts.iter().any(|fact| fact.text.key == "wave-only"));
    assert_eq!(w.number(kept).await, 0);
    w.end().await;
}

#[tokio::test]
async fn a_list_says_how_many_there_are_of_what_it_shows() {
    let w = World::new().await;
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    w.sql(&format!(
        "INSERT INTO shipment (warehouse_id, shipment_no, shop_id, state, carrier_id, service_id, \
         transit_days, cutoff_at, receiver) \
         SELECT {}, 'B' || n, {}, 'pending', (SELECT min(id) FROM carrier), \
         (SELECT min(id) FROM carrier_service), 2, now(), '{{}}' FROM generate_series(1, 230) n",
        w.warehouse, w.shop
    ))
    .await;
    boss.ok("WDC-MENU-BOARD").await;
    boss.ok("#stage:pending").await;
    assert_eq!(boss.last.page.size, Some((200, 230)));
    assert!(boss.last.page.facts.iter().any(|fact| fact.text.key == "desk-cut"));
    boss.ok("#stage:pending/shipment:B1").await;
    let of = w.number("SELECT count(*) FROM shipment WHERE shipment_no LIKE 'B1%'").await;
    assert_eq!(boss.last.page.size, Some((of, of)));
    for (kind, scan) in
        [("trips", "#trips:open"), ("holds", "#holds:live"), ("waves", "#waves:released")]
    {
        boss.ok(scan).await;
        assert_eq!(boss.last.page.size, Some((0, 0)), "{kind}");
    }
    w.end().await;
}

#[tokio::test]
async fn exceptions_are_worked_off_from_a_list_and_nothing_that_waits_is_closed() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 10, 2)]).await;
    w.orders(&[("O1", &[("I0", 1)]), ("O2", &[("I0", 1)])]).await;
    w.sql("UPDATE orders SET total_minor = 123450, currency = 'CNY'").await;
    w.clock("11 days").await;
    turn::run_once(&w.worker).await.unwrap();
    w.sql("INSERT INTO exception (reason, subject) VALUES ('wet_floor', 'Aisle 3')").await;
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    let mut other = w.person("OTHER", Role::Supervisor).await;
    w.forget_deck().await;
    boss.ok("WDC-MENU-BOARD").await;
    let all = opens(&boss, "reason-all|3");
    boss.ok(&all).await;
    assert_eq!(rows(&boss).len(), 3);
    assert!(rows(&boss)[0].contains("|CNY 1234.50|"), "{:?}", rows(&boss));
    // Who looks after it is seen by the others.
    let cases = boss.last.page.table.opens.clone();
    other.ok("WDC-MENU-BOARD").await;
    other.ok(&cases[0]).await;
    boss.ok(&all).await;
    assert!(rows(&boss)[0].contains("|OTHER|"), "{:?}", rows(&boss));
    assert!(!rows(&boss)[1].contains("OTHER"));
    // It waits for goods: to close it would hide it.
    boss.ok(&cases[1]).await;
    let done = boss.last.page.menu.iter().position(|way| way.text.key == "way-done").unwrap();
    assert_eq!(boss.no(&(done + 1).to_string()).await, "exceptions-still-waits");
    // Whether a shipment is given up is answered by no digit, and by words in either language.
    let cancel = boss.last.page.menu.iter().position(|way| way.text.key == "way-cancel").unwrap();
    for no in ["NO", "否", "WDC-NO"] {
        boss.types(&(cancel + 1).to_string()).await;
        assert_eq!(boss.last.page.prompt.key, "exceptions-ask-cancel");
        assert!(boss.last.page.menu.is_empty());
        for digit in ["1", "5"] {
            assert_eq!(boss.no(digit).await, "exceptions-ask-cancel");
        }
        boss.types(no).await;
        assert!(!boss.last.page.menu.is_empty(), "{no}");
    }
    assert_eq!(w.number("SELECT count(*) FROM shipment WHERE state = 'cancelled'").await, 0);
    boss.ok("WDC-BACK").await;
    // Several at once: what cannot go on yet stays, and what needs nothing is closed.
    let ids: Vec<&str> = cases.iter().map(|case| case.rsplit(':').next().unwrap()).collect();
    let marked = format!("#marked:case:{}", ids.join(","));
    let open = "SELECT count(*) FROM exception WHERE done_at IS NULL";
    boss.ok(&marked).await;
    assert_eq!(rows(&boss).len(), 3);
    choose(&mut boss, "desk-do-try-again").await;
    assert_eq!(boss.no("WDC-YES").await, "marked-none");
    boss.ok("WDC-BACK").await;
    boss.ok(&marked).await;
    choose(&mut boss, "desk-do-dismiss").await;
    boss.ok("WDC-YES").await;
    assert_eq!((boss.said(), w.number(open).await), ("marked-done".to_owned(), 2));
    // Goods have come: all of it goes on at once.
    w.stock(&[("A02", "I0", "L2", 90, 2)]).await;
    choose(&mut boss, "desk-do-try-again").await;
    boss.ok("WDC-YES").await;
    assert_eq!((boss.said(), w.number(open).await), ("marked-done".to_owned(), 0));
    assert_eq!(w.number("SELECT count(*) FROM shipment WHERE state = 'ready'").await, 2);
    w.check().await;
    w.end().await;
}

#[tokio::test]
async fn the_deck_stands_while_somebody_brings_totes_to_staging() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    let mut boss = w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "T1"] {
        p.ok(scan).await;
    }
    assert_eq!(p.last.expects.first().map(|e| e.code.as_str()), Some("STAGE"));
    w.forget_deck().await;
    boss.ok("WDC-MENU-BOARD").await;
    w.end().await;
}
