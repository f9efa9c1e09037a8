//! What people do on the floor, through the one door of `work`, on a real database.

use crate::support::{Robot, Role, World, day, ean, program};
use sqlx::Connection;
use std::sync::Arc;
use wavedeck::links::standin::shop::Standin;
use wavedeck::protocol::{Cell, Expect, Input, Kind, Tone};
use wavedeck::store::exceptions;
use wavedeck::store::schema::Login;
use wavedeck::work;

/// A shop that answers, in place of the one that does not.
async fn live_shop(w: &World) -> Standin {
    let shop = Standin::new("k", "s");
    let url = shop.serve(0).await.unwrap();
    w.move_shop("S1", &url).await;
    shop
}

async fn order(w: &World, shop: &Standin, no: &str, lines: &[(&str, i64)]) {
    shop.put([World::order_json(no, lines)]);
    w.orders(&[(no, lines)]).await;
}

async fn idle(robot: &Robot) -> bool {
    robot.last.expects.iter().all(|e| e.code == "NEXT")
}

#[tokio::test]
async fn a_line_of_one_unit_takes_two_scans() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 5)]).await;
    w.orders(&[("O1", &[("I0", 1)]), ("O2", &[("I0", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-PICK").await;
    assert_eq!(p.big(), "A01");
    // By the bin, then by the goods: whichever settles it.
    p.ok("A01").await;
    p.ok("T1").await;
    p.ok(&ean(0)).await;
    p.ok("T2").await;
    assert_eq!(p.big(), "drop-big");
    p.ok("STAGE").await;
    assert_eq!(w.text("SELECT string_agg(state, ' ') FROM shipment").await, "picked picked");
    w.end().await;
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_what_was_expected() {
    let w = World::new().await;
    w.stock(&[
        ("A01", "I0", "L1", 100, 9),
        ("A02", "I1", "L1", 100, 9),
        ("A02", "I0", "HELD", 200, 3),
    ])
    .await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-PICK").await;
    for (scan, code) in [
        ("A02", "pick-wrong-bin"),
        (&ean(1), "pick-wrong-item"),
        ("T1", "pick-source-first"),
        ("NONSENSE", "pick-unknown"),
        ("2", "pick-unknown"),
        ("WDC-FULL", "full-no-tote"),
        ("WDC-RELEASE", "card-not-here"),
        ("WDC-UNDO", "undo-nothing"),
        ("WDC-MENU-WAVE", "not-allowed"),
    ] {
        assert_eq!(p.no(scan).await, code, "{scan}");
    }
    p.ok("A01").await;
    for (scan, code) in [
        ("3", "pick-too-many"),
        ("0", "pick-zero"),
        ("STAGE", "pick-wrong-bin"),
        ("99999", "pick-unknown"),
    ] {
        assert_eq!(p.no(scan).await, code, "{scan}");
    }
    let case = w
        .text(
            "SELECT b.code FROM barcode b JOIN pack k ON k.id = b.pack_id JOIN item i ON \
        i.id = k.item_id WHERE k.units = 6 AND i.sku = 'I0'",
        )
        .await;
    assert_eq!(p.no(&case).await, "pick-too-many");
    p.ok("2").await;
    assert_eq!(p.no("A02").await, "pick-expects-free-tote");
    p.ok("T1").await;
    w.end().await;
}

#[tokio::test]
async fn a_pack_code_adds_its_content_and_a_number_replaces() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 20)]).await;
    w.orders(&[("O1", &[("I0", 8)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    let case = w
        .text(
            "SELECT b.code FROM barcode b JOIN pack k ON k.id = b.pack_id JOIN item i ON \
        i.id = k.item_id WHERE k.units = 6 AND i.sku = 'I0'",
        )
        .await;
    for scan in ["WDC-MENU-PICK", "A01", &case, &ean(0)] {
        p.ok(scan).await;
    }
    // Seven are in hand: they may go into the tote, the eighth is still asked for.
    p.ok("T1").await;
    assert_eq!(
        w.number(
            "SELECT on_hand FROM stock s JOIN place p ON p.id = s.place_id WHERE p.code = 'T1'"
        )
        .await,
        7
    );
    assert_eq!(p.big(), "A01");
    for scan in ["A01", "T1"] {
        p.ok(scan).await;
    }
    assert_eq!(
        w.number(
            "SELECT on_hand FROM stock s JOIN place p ON p.id = s.place_id WHERE p.code = 'T1'"
        )
        .await,
        8
    );
    w.end().await;
}

#[tokio::test]
async fn two_lots_in_one_bin_ask_for_the_date_and_may_be_swapped() {
    let w = World::new().await;
    w.stock(&[
        ("A01", "I0", "OLD", 50, 5),
        ("A01", "I0", "NEW", 150, 5),
        ("A01", "I0", "DUE", -1, 5),
    ])
    .await;
    w.orders(&[("O1", &[("I0", 1)]), ("O2", &[("I0", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-PICK").await;
    p.ok("A01").await;
    assert_eq!(p.last.page.prompt.key, "pick-prompt-lot");
    // Whatever else comes, the one thing that is still to be said is asked for.
    for wrong in ["T1", "NONSENSE", "12"] {
        assert_eq!(p.no(wrong).await, "pick-which-lot", "{wrong}");
    }
    assert_eq!(p.no("DUE").await, "swap-not-sellable");
    let mmdd: String = day(50)[5..].replace('-', "");
    p.ok(&mmdd).await;
    p.ok("T1").await;
    // The other shipment takes the newer lot in place of the older: free, good, and nobody else's.
    p.ok(&ean(0)).await;
    p.ok("NEW").await;
    assert_eq!(p.said(), "swap-done");
    p.ok("T2").await;
    assert_eq!(
        w.text(
            "SELECT l.number FROM stock s JOIN place p ON p.id = s.place_id JOIN lot l \
        ON l.id = s.lot_id WHERE p.code = 'T2'"
        )
        .await,
        "NEW"
    );
    w.end().await;
}

#[tokio::test]
async fn a_swap_breaks_no_promise_of_others() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "OLD", 50, 5), ("A01", "I0", "NEW", 150, 1)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    w.release().await;
    // A strict customer has the one fresh unit promised, not reserved.
    w.sql("UPDATE shop SET min_life_days = 90").await;
    w.orders(&[("O2", &[("I0", 1)])]).await;
    assert_eq!(w.text("SELECT state FROM shipment ORDER BY id DESC LIMIT 1").await, "ready");
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-PICK").await;
    p.ok("A01").await;
    assert_eq!(p.no("NEW").await, "swap-promised");
    assert_eq!(w.number("SELECT count(*) FROM reservation WHERE ended_at IS NULL").await, 1);
    p.ok("OLD").await;
    p.ok("T1").await;
    w.end().await;
}

#[tokio::test]
async fn a_short_holds_the_bin_and_places_three_other_reservations_elsewhere() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 50, 6), ("A07", "I0", "L2", 90, 3)]).await;
    w.orders(&[
        ("O1", &[("I0", 2)]),
        ("O2", &[("I0", 1)]),
        ("O3", &[("I0", 1)]),
        ("O4", &[("I0", 1)]),
    ])
    .await;
    w.sql("UPDATE warehouse SET trolley_totes = 2").await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    let mut other = w.person("Q", Role::Picker).await;
    p.ok("WDC-MENU-PICK").await;
    other.ok("WDC-MENU-PICK").await;
    assert_eq!(other.big(), "A01");
    p.ok("WDC-SHORT").await;
    // What would be scanned next anyway books nothing.
    for scan in ["A02", "A01", &ean(0), "T1", "3"] {
        assert_eq!(p.no(scan).await, "report-expects", "{scan}");
    }
    assert!(p.last.page.reporting);
    p.ok("WDC-SHORT").await;
    // Two of five units find no place any more: 3 lie in A07.
    assert_eq!(p.said(), "missing-lost");
    assert_eq!(w.number("SELECT on_hand FROM stock WHERE status = 'held'").await, 6);
    assert_eq!(
        w.number(
            "SELECT sum(r.qty)::bigint FROM reservation r JOIN place p ON p.id = \
        r.place_id WHERE r.ended_at IS NULL AND p.code = 'A07'"
        )
        .await,
        3
    );
    assert_eq!(p.big(), "A07");
    // The colleague's screen still shows the old bin; there is nothing left to pick on that trip.
    other.scan("A01").await;
    assert_eq!(other.last.page.prompt.key, "pick-trip-void");
    other.scan("WDC-NEXT").await;
    assert_eq!(w.number("SELECT count(*) FROM trip WHERE state = 'claimed'").await, 1);
    w.check().await;

    // The supervisor counts four: they are good again, and the unserved shipment finds them.
    let mut boss = Robot::at_door(
        w.ctx.clone(),
        &w.text("SELECT badge FROM person WHERE code = 'BOSS'").await,
    );
    boss.sign_on().await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    assert_eq!(boss.big(), "reason-short");
    assert_eq!(boss.no("7").await, "exceptions-more-than-held");
    boss.ok("4").await;
    assert_eq!(
        w.number(
            "SELECT sum(on_hand)::bigint FROM stock s JOIN place p ON p.id = \
        s.place_id WHERE p.code = 'A01' AND status = 'good'"
        )
        .await,
        4
    );
    assert_eq!(boss.big(), "reason-not-found");
    boss.ok("1").await;
    assert_eq!(
        w.number("SELECT count(*) FROM exception WHERE done_at IS NULL AND reason = 'not_found'")
            .await,
        w.number("SELECT count(*) - 1 FROM exception WHERE reason = 'not_found'").await
    );
    w.end().await;
}

#[tokio::test]
async fn undo_goes_several_scans_back_over_stops() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "T1", "A02", "T1"] {
        p.ok(scan).await;
    }
    let in_totes = "SELECT coalesce(sum(s.on_hand), 0)::bigint FROM stock s JOIN container c ON \
                    c.place_id = s.place_id";
    for (bin, units) in [("A02", 1), ("A02", 1), ("A01", 0), ("A01", 0)] {
        p.ok("WDC-UNDO").await;
        assert_eq!(w.number(in_totes).await, units);
        let stop = p.last.page.facts.iter().map(|f| format!("{:?}", f.text)).collect::<String>();
        assert!(p.big() == bin || stop.contains(bin), "{} for {bin}: {stop}", p.big());
    }
    assert_eq!(p.no("WDC-UNDO").await, "undo-nothing");
    w.check().await;
    // It goes on as if nothing had been.
    for scan in ["A01", "T1", "A02", "T1", "STAGE"] {
        p.ok(scan).await;
    }
    assert_eq!(w.text("SELECT state FROM shipment").await, "picked");
    w.end().await;
}

#[tokio::test]
async fn a_scan_that_changes_nothing_was_heard() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A01", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-PICK").await;
    p.ok("A01").await;
    assert_eq!(p.said(), "");
    for _ in 0..2 {
        p.ok("A01").await;
        assert_eq!(p.said(), "pick-heard", "and it is no refusal: a scanner reads twice");
    }
    w.end().await;
}

#[tokio::test]
async fn undo_takes_back_the_last_scan_at_every_step() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-PICK").await;
    p.ok("A01").await;
    p.ok(&ean(0)).await;
    p.ok("WDC-UNDO").await;
    assert_eq!(p.no("T1").await, "pick-source-first");
    p.ok("2").await;
    p.ok("T1").await;
    assert_eq!(w.number("SELECT count(*) FROM tote_use WHERE freed_at IS NULL").await, 1);
    p.ok("WDC-UNDO").await;
    assert_eq!(p.said(), "undone-put", "it says what is taken out again");
    assert_eq!(w.number("SELECT count(*) FROM tote_use WHERE freed_at IS NULL").await, 0);
    assert_eq!(
        w.number(
            "SELECT reserved FROM stock s JOIN place p ON p.id = s.place_id WHERE p.code = 'A01'"
        )
        .await,
        2
    );
    assert_eq!(w.number("SELECT count(*) FROM movement WHERE reverses IS NOT NULL").await, 1);
    w.check().await;
    // It goes on as if it had not been.
    p.follow(10, |r| r.big() == "drop-big").await;
    p.ok("STAGE").await;
    w.end().await;
}

#[tokio::test]
async fn a_full_tote_binds_another_and_the_bench_asks_for_both() {
    let w = World::new().await;
    let shop = live_shop(&w).await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    order(&w, &shop, "O1", &[("I0", 3)]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "1", "T1", "WDC-FULL", "A01", "2"] {
        p.ok(scan).await;
    }
    p.ok("T2").await;
    p.ok("STAGE").await;
    let mut q = w.person("Q", Role::Packer).await;
    for scan in ["WDC-MENU-PACK", "BENCH", "T1"] {
        q.ok(scan).await;
    }
    assert_eq!(q.big(), "T2");
    assert_eq!(q.no(&ean(0)).await, "pack-more-totes");
    q.ok("T2").await;
    assert_eq!(q.no(&ean(1)).await, "pack-wrong-item");
    for _ in 0..3 {
        q.ok(&ean(0)).await;
    }
    assert_eq!(q.said(), "pack-done");
    assert_eq!(w.number("SELECT count(*) FROM tote_use WHERE freed_at IS NULL").await, 0);
    w.end().await;
}

#[tokio::test]
async fn a_damaged_unit_is_held_alone_and_the_picker_goes_on_with_others() {
    let w = World::new().await;
    w.stock(&[
        ("A01", "I0", "L1", 100, 10),
        ("A02", "I1", "L1", 100, 2),
        ("A03", "I1", "L2", 200, 5),
    ])
    .await;
    w.orders(&[("O1", &[("I0", 2), ("I1", 2)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    let lies = async |bin: &str, status: &str| {
        w.number(&format!(
            "SELECT coalesce(sum(s.on_hand), 0)::bigint FROM stock s JOIN place p ON p.id = \
             s.place_id WHERE p.code = '{bin}' AND s.status = '{status}'"
        ))
        .await
    };
    p.ok("WDC-MENU-PICK").await;
    p.ok("WDC-DAMAGED").await;
    for scan in ["nonsense", "A01", "0"] {
        assert_eq!(p.no(scan).await, "damaged-expects", "{scan}");
    }
    p.ok("WDC-DAMAGED").await;
    assert_eq!(
        (p.said(), p.big(), lies("A01", "held").await),
        ("damaged-held".into(), "A01".into(), 1),
        "the same stop goes on"
    );
    p.ok("WDC-DAMAGED").await;
    p.ok("3").await;
    assert_eq!((lies("A01", "good").await, lies("A01", "held").await), (6, 4));
    for scan in ["A01", "2", "T1"] {
        p.ok(scan).await;
    }
    // Where nothing is free the unit comes from elsewhere.
    assert_eq!(p.big(), "A02");
    p.ok("WDC-DAMAGED").await;
    p.ok("WDC-YES").await;
    assert_eq!(
        w.text(
            "SELECT string_agg(p.code || ' ' || r.qty, ', ' ORDER BY p.code) FROM \
        reservation r JOIN place p ON p.id = r.place_id WHERE r.ended_at IS NULL AND p.kind = 'bin'"
        )
        .await,
        "A02 1, A03 1"
    );
    p.ok("WDC-DAMAGED").await;
    assert_eq!(p.no("3").await, "db-damaged-within");
    p.ok("WDC-BACK").await;
    p.pick_all().await;
    assert_eq!(w.text("SELECT state FROM shipment").await, "picked");
    // The supervisor looks: two of the four are good.
    let mut boss = w.boss().await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    boss.ok("2").await;
    assert_eq!((lies("A01", "good").await, lies("A01", "held").await), (6, 0));
    w.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_supervisors_with_one_exception_the_second_answers_nothing() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 10), ("A02", "I0", "L2", 200, 10)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "WDC-DAMAGED", "1", "WDC-SHORT", "WDC-YES"] {
        p.ok(scan).await;
    }
    // One damaged, nine that nobody found: two exceptions about the same goods.
    assert_eq!(w.number("SELECT count(*) FROM exception WHERE done_at IS NULL").await, 2);
    let (mut one, mut two) = (w.boss().await, w.person("SECOND", Role::Supervisor).await);
    for boss in [&mut one, &mut two] {
        boss.ok("WDC-MENU-EXCEPTIONS").await;
        assert_eq!(boss.big(), "reason-damaged");
    }
    // Both answer while the row cannot be had, so that neither is first by chance.
    let mut owner = sqlx::PgConnection::connect(&w.owner_url).await.unwrap();
    let mut held_up = owner.begin().await.unwrap();
    let first = "SELECT id FROM exception WHERE reason = 'damaged' FOR UPDATE";
    sqlx::query(first).fetch_one(&mut *held_up).await.unwrap();
    let one = tokio::spawn(async move { one.scan("0").await.refused() });
    let two = tokio::spawn(async move { two.scan("0").await.refused() });
    let waiting = "SELECT count(*) FROM pg_stat_activity \
        WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while w.number(waiting).await < 2 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    held_up.rollback().await.unwrap();
    let refused = [one.await.unwrap(), two.await.unwrap()];
    assert_eq!(refused.iter().filter(|no| **no).count(), 1, "{refused:?}");
    assert_eq!(
        w.number("SELECT sum(on_hand)::bigint FROM stock WHERE status = 'held'").await,
        9,
        "one unit was said to be gone, once"
    );
    w.end().await;
}

#[tokio::test]
async fn goods_without_a_code_are_told_by_their_day_and_undo_goes_all_the_way_back() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 5), ("A01", "I0", "L2", 200, 5)]).await;
    w.orders(&[("O1", &[("I0", 1)]), ("O2", &[("I0", 1), ("I1", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-PICK").await;
    assert_eq!(p.no("WDC-NOCODE").await, "nocode-bin-first");
    p.ok("A01").await;
    assert_eq!(p.no("WDC-NOCODE").await, "pick-which-lot");
    assert_eq!(p.last.page.prompt.key, "pick-prompt-lot");
    // What the screen asks for is what is taken: the lot or its day.
    let day = p
        .last
        .expects
        .iter()
        .find(|expect| expect.kind == wavedeck::protocol::Kind::Day)
        .unwrap()
        .scan
        .clone();
    p.ok(&day).await;
    assert_eq!(w.number("SELECT count(*) FROM audit WHERE action = 'no_code'").await, 0);
    p.ok("T1").await;
    // The tote, and then what was counted for it.
    p.ok("WDC-UNDO").await;
    assert!(p.last.expects.iter().any(|expect| expect.code == "T1"), "{:?}", p.last.expects);
    p.ok("WDC-UNDO").await;
    assert!(p.last.expects.iter().all(|expect| expect.code != "T1"));
    // And then the bin.
    p.ok("WDC-UNDO").await;
    assert_eq!(p.no("WDC-UNDO").await, "undo-nothing");
    assert_eq!(p.no("WDC-SKIP").await, "skip-last");
    w.end().await;
}

#[tokio::test]
async fn skip_found_and_no_code() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 2)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-PICK").await;
    let ahead = |p: &Robot| {
        let rows = &p.last.page.ahead.rows;
        rows.iter().map(|row| row[0].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ahead(&p), [Cell::text("A02")]);
    p.ok("WDC-SKIP").await;
    assert_eq!((p.big(), ahead(&p)), ("A02".to_owned(), vec![Cell::text("A01")]));
    p.ok("WDC-UNDO").await;
    assert_eq!((p.big(), p.said()), ("A01".to_owned(), "undone-skip".to_owned()));
    assert_eq!(w.number("SELECT max(skips)::bigint FROM stop").await, 0);
    p.ok("WDC-SKIP").await;
    // What lies ahead is seen in the middle of a stop, too.
    p.ok("WDC-FOUND").await;
    p.ok("WDC-NO").await;
    assert_eq!((p.big(), ahead(&p)), ("A02".to_owned(), vec![Cell::text("A01")]));
    p.ok("WDC-FOUND").await;
    p.ok("WDC-YES").await;
    assert_eq!(w.number("SELECT count(*) FROM exception WHERE reason = 'found'").await, 1);
    p.ok("A02").await;
    p.ok("WDC-NOCODE").await;
    assert_eq!(w.number("SELECT count(*) FROM audit WHERE action = 'no_code'").await, 1);
    p.ok("2").await;
    p.ok("T1").await;
    assert_eq!(p.big(), "A01");
    w.end().await;
}

#[tokio::test]
async fn work_follows_the_person_to_another_terminal() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 3)])]).await;
    w.release().await;
    let mut first = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "2"] {
        first.ok(scan).await;
    }
    let mut second = Robot::at_door(w.ctx.clone(), &first.badge);
    second.sign_on().await;
    assert_eq!((&second.last.page, &second.last.expects), (&first.last.page, &first.last.expects));
    assert_eq!(first.no("T1").await, "moved-elsewhere");
    assert_eq!(w.number("SELECT count(*) FROM movement WHERE reason = 'pick'").await, 0);
    second.ok("T1").await;
    assert_eq!(w.number("SELECT qty FROM movement WHERE reason = 'pick'").await, 2);
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_command_sent_many_times_at_once_has_one_effect() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "2"] {
        p.ok(scan).await;
    }
    let request = Arc::new(p.request(Input::Scan { text: "T1".into(), typed: false }));
    let mut sends = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (ctx, request) = (w.ctx.clone(), request.clone());
        sends.spawn(async move { work::perform(&ctx, &request).await.unwrap() });
    }
    let mut replies = Vec::new();
    while let Some(reply) = sends.join_next().await {
        replies.push(reply.unwrap());
    }
    assert!(
        replies.iter().all(|r| *r == replies[0] && !r.refused()),
        "{:?}",
        replies.iter().map(|r| &r.feedback).collect::<Vec<_>>()
    );
    assert_eq!(w.number("SELECT count(*) FROM movement WHERE reason = 'pick'").await, 1);
    w.end().await;
}

#[tokio::test]
async fn a_cancel_in_the_shop_stops_the_packer_and_the_goods_go_back() {
    let w = World::new().await;
    let shop = live_shop(&w).await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    order(&w, &shop, "O1", &[("I0", 2)]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "2", "T1", "STAGE"] {
        p.ok(scan).await;
    }
    let mut q = w.person("Q", Role::Packer).await;
    for scan in ["WDC-MENU-PACK", "BENCH", "T1", &ean(0)] {
        q.ok(scan).await;
    }
    shop.cancel("O1");
    q.scan(&ean(0)).await;
    assert_eq!(
        (q.said().as_str(), q.last.feedback.as_ref().map(|s| s.tone)),
        ("pack-stop", Some(Tone::Stop))
    );
    assert_eq!(w.number("SELECT count(*) FROM label WHERE bytes IS NOT NULL").await, 0);
    assert_eq!(w.text("SELECT state FROM shipment").await, "cancelled");
    let parcel = w.text("SELECT sscc FROM parcel WHERE state = 'void'").await;
    q.ok("WDC-MENU-PUTBACK").await;
    assert_eq!(q.big(), parcel);
    for scan in [parcel.as_str(), &ean(0), "A01"] {
        q.ok(scan).await;
    }
    assert_eq!(q.said(), "put-back-done");
    assert_eq!(
        w.number(
            "SELECT on_hand * 10 + reserved FROM stock s JOIN place p ON p.id = \
        s.place_id WHERE p.code = 'A01'"
        )
        .await,
        90
    );
    q.ok("WDC-MENU-HANDOVER").await;
    assert_eq!(q.no(&format!("00{parcel}")).await, "hand-over-cancelled");
    w.end().await;
}

#[tokio::test]
async fn a_cancel_after_the_label_is_refused_at_the_truck() {
    let w = World::new().await;
    let shop = live_shop(&w).await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    order(&w, &shop, "O1", &[("I0", 1)]).await;
    order(&w, &shop, "O2", &[("I0", 1)]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-PICK").await;
    while !idle(&p).await {
        let scan = p.last.expects[0].scan.clone();
        p.ok(&scan).await;
    }
    let mut q = w.person("Q", Role::Packer).await;
    q.ok("WDC-MENU-PACK").await;
    for scan in ["BENCH", "T1", &ean(0), "T2", &ean(0)] {
        q.ok(scan).await;
    }
    let parcels = w
        .text("SELECT string_agg(sscc, ' ' ORDER BY place_id) FROM parcel WHERE state = 'labelled'")
        .await;
    let (good, bad) = parcels.split_once(' ').unwrap();
    let cancelled = w
        .text(&format!(
            "SELECT o.order_no FROM parcel q JOIN shipment_line l ON \
        l.shipment_id = q.shipment_id JOIN share z ON z.shipment_line_id = l.id JOIN order_line ol \
        ON ol.id = z.order_line_id JOIN orders o ON o.id = ol.order_id WHERE q.sscc = '{bad}'"
        ))
        .await;
    shop.cancel(&cancelled);
    q.ok("WDC-MENU-HANDOVER").await;
    assert_eq!(q.no("WDC-CLOSE").await, "hand-over-nothing");
    q.ok(&format!("]C100{good}")).await;
    assert_eq!(q.no(&format!("00{good}")).await, "hand-over-twice");
    assert_eq!(q.no(&format!("00{bad}")).await, "hand-over-cancelled");
    q.ok("WDC-CLOSE").await;
    assert_eq!(
        w.text("SELECT string_agg(state, ' ' ORDER BY place_id) FROM parcel").await,
        "handed_over void"
    );
    assert_eq!(w.number("SELECT count(*) FROM outbox").await, 1);
    assert_eq!(w.number("SELECT count(*) FROM task WHERE state = 'open'").await, 1);
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn four_pickers_and_a_supervisor_on_few_items() {
    let w = World::new().await;
    w.stock(&[
        ("A01", "I0", "L1", 50, 200),
        ("A02", "I1", "L1", 60, 200),
        ("A03", "I2", "L1", 70, 200),
        ("A03", "I2", "L2", 90, 100),
        ("A04", "I0", "L2", 80, 100),
    ])
    .await;
    let list: Vec<(String, Vec<(&str, i64)>)> = (0..60)
        .map(|n| {
            (
                format!("O{n}"),
                vec![
                    (["I0", "I1", "I2"][n % 3], 1 + (n as i64) % 3),
                    (["I1", "I2", "I0"][n % 3], 1),
                ],
            )
        })
        .collect();
    let list: Vec<(&str, &[(&str, i64)])> =
        list.iter().map(|(no, lines)| (no.as_str(), lines.as_slice())).collect();
    w.orders(&list[..30]).await;
    w.sql("UPDATE warehouse SET trolley_totes = 3").await;
    let mut boss = w.release().await;
    let mut people = tokio::task::JoinSet::new();
    let out = Arc::new(std::sync::atomic::AtomicBool::new(false));
    for n in 0..4u64 {
        let all_out = out.clone();
        let mut p = w.person(&format!("P{n}"), Role::Picker).await;
        people.spawn(async move {
            let mut rng = fastrand::Rng::with_seed(n);
            p.scan("WDC-MENU-PICK").await;
            for step in 0..600 {
                let Some(expect) = p.last.expects.first().cloned() else { break };
                if expect.code == "NEXT" {
                    p.scan("WDC-NEXT").await;
                    if p.said() == "pick-no-trip" {
                        if all_out.load(std::sync::atomic::Ordering::SeqCst) {
                            break;
                        }
                        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                    }
                    continue;
                }
                let short = n == 0 && step == 12;
                let request = p.request(Input::Scan {
                    text: if short { "WDC-SHORT".into() } else { expect.scan },
                    typed: false,
                });
                p.send(&request).await;
                assert_ne!(p.said(), "went-wrong");
                // Every third answer is lost and the gesture sent again.
                if rng.u8(..3) == 0 {
                    let first = p.last.clone();
                    let again = p.send(&request).await.clone();
                    // Nothing was done twice, and the page is the same, or says what others did
                    // meanwhile: a short takes stops off this walk too. A free tote is an example:
                    // another may have taken it.
                    let look = p.request(Input::Refresh);
                    let now = p.send(&look).await.clone();
                    let once = (again.version, &again.feedback) == (first.version, &first.feedback);
                    let true_now = again.page == first.page || again.page == now.page;
                    assert!(
                        once && true_now || first.refused(),
                        "{first:?} then {again:?}, now {now:?}"
                    );
                }
            }
        });
    }
    w.orders(&list[30..]).await;
    boss.ok("WDC-EXPLAIN").await;
    boss.ok("WDC-RELEASE").await;
    out.store(true, std::sync::atomic::Ordering::SeqCst);
    while let Some(done) = people.join_next().await {
        done.unwrap();
    }
    w.check().await;
    assert_eq!(w.number("SELECT count(*) FROM trip WHERE state IN ('open', 'claimed')").await, 0);
    assert_eq!(w.number("SELECT count(*) FROM promise WHERE reserved + shipped > qty").await, 0);
    assert!(w.number("SELECT count(*) FROM movement WHERE reason = 'pick'").await > 60);
    w.end().await;
}

/// What `wavedeck show work --person CODE` says would be accepted.
async fn told(w: &World, code: &str) -> Vec<Expect> {
    let shown = tokio::process::Command::new(program())
        .args(["show", "work", "--json", "--person", code])
        .env("WAVEDECK_DATABASE_URL", w.url(Login::Session))
        .envs(crate::support::key_files())
        .output()
        .await
        .unwrap();
    assert!(shown.status.success(), "{}", String::from_utf8_lossy(&shown.stderr));
    let work: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    serde_json::from_value(work["expects"].clone()).unwrap()
}

/// Follows what `show work` says until it says nothing more than NEXT, and offers each step
/// something else first.
async fn follow_show_work(
    w: &World,
    robot: &mut Robot,
    code: &str,
    seen: &mut std::collections::BTreeSet<String>,
) {
    for n in 0..80 {
        let expects = told(w, code).await;
        if expects.iter().all(|e| e.code == "NEXT") {
            return;
        }
        for expect in &expects {
            seen.insert(format!("{:?}", expect.kind));
            let wrong = match expect.kind {
                // Where any storage bin will do for goods that come back, a bench will not.
                Kind::Bin | Kind::Staging => {
                    if robot.last.page.title.key == "put-back-title" {
                        "BENCH".to_owned()
                    } else {
                        "B04".to_owned()
                    }
                }
                Kind::Item => ean(7),
                Kind::Parcel => "00095200000000999999".to_owned(),
                Kind::Tote | Kind::Container | Kind::Bench => "T20X".to_owned(),
                _ => "ZZZZ".to_owned(),
            };
            robot.no(&wrong).await;
        }
        // Each of them would do; one after another is tried.
        let fits: Vec<&Expect> = expects.iter().filter(|e| e.kind != Kind::Card).collect();
        let pick = if fits.is_empty() { &expects[0] } else { fits[n % fits.len()] };
        robot.ok(&pick.scan.clone()).await;
    }
    panic!("still busy: {:?}", robot.last.page);
}

#[tokio::test]
async fn what_show_work_expects_is_taken_and_another_is_not() {
    let w = World::new().await;
    let shop = live_shop(&w).await;
    w.stock(&[
        ("A01", "I0", "L1", 50, 20),
        ("A01", "I0", "L2", 90, 20),
        ("A02", "I1", "L1", 100, 20),
        ("A03", "I1", "L1", 100, 2),
    ])
    .await;
    for n in 0..4 {
        order(&w, &shop, &format!("O{n}"), &[("I0", 1 + n), ("I1", 1)]).await;
    }
    w.release().await;
    let mut seen = std::collections::BTreeSet::new();
    let mut p = w.person("P", Role::Picker).await;
    assert_eq!(told(&w, "P").await, [], "at the menu nothing is expected of P");
    p.ok("WDC-MENU-PICK").await;
    follow_show_work(&w, &mut p, "P", &mut seen).await;
    assert!(idle(&p).await, "{:?}", p.last.page);
    // One of them is cancelled when all of it is in totes: it goes back into bins.
    w.cancel(&shop, "O3").await;
    p.ok("WDC-MENU-PUTBACK").await;
    follow_show_work(&w, &mut p, "P", &mut seen).await;
    assert_eq!(w.number("SELECT count(*) FROM task WHERE state <> 'done'").await, 0);
    // The bench, and the truck: the same question to every step.
    let mut q = w.person("Q", Role::Packer).await;
    for card in ["WDC-MENU-PACK", "WDC-MENU-HANDOVER"] {
        q.ok(card).await;
        follow_show_work(&w, &mut q, "Q", &mut seen).await;
    }
    assert_eq!(
        w.text("SELECT string_agg(DISTINCT state, ' ' ORDER BY state) FROM shipment").await,
        "cancelled handed_over"
    );
    for kind in [
        "Bin",
        "Item",
        "Lot",
        "Day",
        "Quantity",
        "Tote",
        "Staging",
        "Bench",
        "Container",
        "Parcel",
        "Card",
    ] {
        assert!(seen.contains(kind), "{kind} never came: {seen:?}");
    }
    w.end().await;
}

#[tokio::test]
async fn a_pick_that_the_screen_decides_is_one_call_and_one_effect() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1)]), ("O2", &[("I0", 1), ("I1", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01"] {
        p.ok(scan).await;
    }
    let put = p.request(Input::Scan { text: "T1".into(), typed: false });
    let first = p.send(&put).await.clone();
    assert_eq!(
        w.number("SELECT count(*) FROM command WHERE reply IS NULL").await,
        2,
        "the quick way was not taken"
    );
    // Its answer was lost: the same answer, and nothing is picked twice.
    assert_eq!(p.send(&put).await.clone(), first);
    assert_eq!(w.number("SELECT count(*) FROM movement").await, 3);
    // The world moves under the screen: the slow way finds it and says why.
    p.ok("A01").await;
    w.give_up("O2").await;
    assert_eq!(p.no("T2").await, "notice-cancelled");
    p.ok("A02").await;
    w.sql("UPDATE tote_use SET full_at = now()").await;
    p.ok("T3").await;
    assert_eq!(w.number("SELECT count(*) FROM movement WHERE reason = 'pick'").await, 2);
    w.end().await;
}

#[tokio::test]
async fn much_is_written_off_only_when_it_is_said_twice() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 40)]).await;
    w.orders(&[("O1", &[("I0", 3)])]).await;
    let mut boss = w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    // Units in hand are not forgotten.
    for scan in ["WDC-MENU-PICK", "A01", &ean(0)] {
        p.ok(scan).await;
    }
    for card in ["WDC-SHORT", "WDC-SKIP"] {
        assert_eq!(p.no(card).await, "back-counted");
    }
    for scan in ["T1", "WDC-SHORT", "WDC-YES"] {
        p.ok(scan).await;
    }
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    boss.ok("1").await;
    assert_eq!(
        (
            boss.last.page.prompt.key.as_str(),
            w.number("SELECT count(*) FROM movement WHERE reason = 'adjust'").await
        ),
        ("exceptions-sure", 0)
    );
    // Another number is another count; the same one again counts.
    boss.ok("2").await;
    boss.ok("WDC-NO").await;
    assert_eq!(boss.last.page.prompt.key, "exceptions-prompt-count");
    for scan in ["2", "2"] {
        boss.ok(scan).await;
    }
    assert_eq!(w.number("SELECT sum(on_hand)::bigint FROM stock").await, 3);
    w.end().await;
}

/// What somebody is busy with.
async fn busy_with(w: &World, code: &str) -> String {
    w.text(&format!(
        "SELECT coalesce((SELECT max(k) FROM json_object_keys(CASE WHEN json_typeof(step) = \
         'object' THEN step ELSE '{{}}' END) k), 'menu') FROM standing JOIN person ON id = \
         person_id WHERE code = '{code}'"
    ))
    .await
}

#[tokio::test]
async fn next_at_the_menu_leads_to_what_goes_first_of_all_that_waits() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 50)]).await;
    let mut picker = w.person("P", Role::Picker).await;
    let mut packer = w.person("Q", Role::Packer).await;
    assert_eq!(picker.no("WDC-NEXT").await, "menu-nothing-waits");
    w.orders(&[("O1", &[("I0", 2)]), ("O2", &[("I0", 2)])]).await;
    w.release().await;
    // A packer has nothing to do yet, a picker has, and the screen says by when.
    assert_eq!(packer.no("WDC-NEXT").await, "menu-nothing-waits");
    picker.no("9").await;
    assert_eq!(picker.last.page.facts[0].text.key, "menu-next-due");
    picker.ok("WDC-NEXT").await;
    assert_eq!(busy_with(&w, "P").await, "pick");
    // Back at the menu, what is in hand comes first.
    picker.ok("WDC-BACK").await;
    assert_eq!(picker.last.page.facts[0].text.key, "menu-go-on-due");
    picker.ok("WDC-NEXT").await;
    assert_eq!(busy_with(&w, "P").await, "pick");
    picker.follow(300, |r| r.last.expects.iter().all(|e| e.code == "NEXT")).await;
    packer.ok("WDC-NEXT").await;
    assert_eq!(busy_with(&w, "Q").await, "pack");
    for scan in ["BENCH", &w.used_tote().await, &ean(0), &ean(0)] {
        packer.ok(scan).await;
    }
    // One stands here with its label, the other's goods are to be put back: the truck is sooner.
    let left = w.text(
        "SELECT o.order_no FROM orders o JOIN order_line ol ON ol.order_id = o.id JOIN share sh ON \
         sh.order_line_id = ol.id JOIN shipment_line sl ON sl.id = sh.shipment_line_id JOIN \
         shipment s ON s.id = sl.shipment_id WHERE s.state = 'picked'",
    );
    w.give_up(&left.await).await;
    while busy_with(&w, "Q").await != "menu" {
        packer.scan("WDC-BACK").await;
    }
    packer.ok("WDC-NEXT").await;
    assert_eq!(busy_with(&w, "Q").await, "hand_over");
    w.sql("UPDATE task SET priority = 9").await;
    while busy_with(&w, "Q").await != "menu" {
        packer.scan("WDC-BACK").await;
    }
    packer.ok("WDC-NEXT").await;
    assert_eq!(busy_with(&w, "Q").await, "put_back");
    w.end().await;
}

#[tokio::test]
async fn people_are_offered_what_they_are_put_to() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("B01", "I1", "L1", 100, 9)]).await;
    let mut near = w.person("NEAR", Role::Picker).await;
    let mut far = w.person("FAR", Role::Picker).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    let mut boss = w.release().await;
    w.orders(&[("O2", &[("I1", 1)])]).await;
    for scan in ["WDC-BACK", "WDC-MENU-WAVE", "WDC-RELEASE", "WDC-BACK"] {
        boss.ok(scan).await;
    }
    // The supervisor puts one to the zone behind: message, other work; pick, put back, A, B.
    for scan in ["WDC-MENU-INQUIRY", "FAR", "2", "4"] {
        boss.ok(scan).await;
    }
    far.ok("WDC-MENU-PICK").await;
    assert_eq!(far.big(), "B01", "the walk through A is older, and not for them");
    far.ok("WDC-BACK").await;
    near.ok("WDC-MENU-PICK").await;
    assert_eq!(near.big(), "A01");
    // Nothing waits in that zone now: that is said, with the zone.
    let mut late = w.person("LATE", Role::Picker).await;
    w.sql("UPDATE person SET offered_zones = '{C}' WHERE code = 'LATE'").await;
    w.orders(&[("O3", &[("I0", 1)])]).await;
    for scan in ["WDC-BACK", "WDC-BACK", "WDC-BACK", "WDC-MENU-WAVE", "WDC-RELEASE"] {
        boss.scan(scan).await;
    }
    assert_eq!(late.no("WDC-NEXT").await, "menu-nothing-waits");
    late.ok("WDC-MENU-PICK").await;
    assert_eq!(late.said(), "pick-no-trip-in");
    late.ok("WDC-BACK").await;
    // Who is put to other work is not sent picking, and may pick all the same.
    w.sql("UPDATE person SET offered_zones = '{}', offered_work = '{put_back}'").await;
    assert_eq!(late.no("WDC-NEXT").await, "menu-nothing-waits");
    late.ok("WDC-MENU-PICK").await;
    assert_eq!(late.big(), "A01");
    w.end().await;
}

#[tokio::test]
async fn goods_are_put_back_where_the_screen_says_or_where_it_is_said_twice() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2), ("I1", 1)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    p.pick_all().await;
    w.give_up("O1").await;
    p.ok("WDC-MENU-PUTBACK").await;
    let tote = p.last.expects[0].scan.clone();
    p.ok(&tote).await;
    p.ok(&ean(0)).await;
    assert_eq!(p.big(), "A01");
    // A bin beside it by mistake; then the right one.
    assert_eq!(p.no("A03").await, "put-back-elsewhere");
    assert_eq!(w.number("SELECT count(*) FROM movement WHERE reason = 'put_back'").await, 0);
    assert_eq!(p.no("A04").await, "put-back-elsewhere", "another one asks anew");
    p.ok("A01").await;
    assert_eq!(p.said(), "put-back-more");
    let booked = &p.last.feedback.as_ref().unwrap().text;
    let words = wavedeck::i18n::Catalogue::new(wavedeck::domain::Lang::En);
    assert_eq!(words.say(booked), "Booked: 2 × Item 0 into A01. There is more in it.");
    // Meant is what is scanned twice.
    p.ok(&ean(1)).await;
    assert_eq!(p.no("A05").await, "put-back-elsewhere");
    p.ok("A05").await;
    assert_eq!(p.said(), "put-back-done");
    w.check().await;
    w.end().await;
}

#[tokio::test]
async fn a_word_that_the_screen_names_may_be_typed_in_either_language() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    let mut boss = w.person("S", Role::Supervisor).await;
    boss.ok("WDC-MENU-WAVE").await;
    boss.types("下发").await;
    assert_eq!(w.number("SELECT count(*) FROM wave WHERE state = 'released'").await, 1);
    let mut p = w.person("P", Role::Picker).await;
    p.ok("WDC-MENU-PICK").await;
    // A code that reads like a command is none.
    assert_ne!(p.no("back").await, "card-not-here");
    p.types("back").await;
    assert_eq!(p.last.page.title.key, "menu-title");
    // What the site calls so is meant first.
    w.sql("UPDATE place SET code = 'NEXT' WHERE code = 'A01'").await;
    p.ok("WDC-MENU-PICK").await;
    p.ok("NEXT").await;
    p.ok("2").await;
    p.ok("T1").await;
    assert_eq!(w.number("SELECT sum(qty)::bigint FROM movement WHERE reason = 'pick'").await, 2);
    // Where words are kept they are words.
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.scan("back").await;
    assert_eq!(boss.said(), "desk-unknown");
    let zh = wavedeck::i18n::Catalogue::new(wavedeck::domain::Lang::Zh);
    for (card, word) in wavedeck::protocol::scan::COMMANDS {
        assert_eq!(zh.key(&card.key()), *word);
    }
    w.end().await;
}

#[test]
fn a_code_in_full_width_is_the_code() {
    assert_eq!(wavedeck::domain::half_width("Ａ０１－０２－０３"), "A01-02-03");
    assert_eq!(wavedeck::domain::half_width("请注意，Ａ１"), "请注意，Ａ１");
}

#[tokio::test]
async fn a_list_is_closed_without_the_rest_only_when_it_is_said_twice() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    for no in ["O1", "O2"] {
        w.orders(&[(no, &[("I0", 2)])]).await;
    }
    w.release().await;
    w.person("P", Role::Picker).await.pick_all().await;
    let mut q = w.at_bench("Q", Role::Packer).await;
    for _ in 0..2 {
        q.ok(&w.used_tote().await).await;
        q.ok(&ean(0)).await;
        q.ok(&ean(0)).await;
    }
    q.ok("WDC-MENU-HANDOVER").await;
    let first = q.last.expects[0].scan.clone();
    q.ok(&first).await;
    assert_eq!(q.no("WDC-CLOSE").await, "hand-over-some-wait");
    let closed = "SELECT count(*) FROM hand_over WHERE closed_at IS NOT NULL";
    assert_eq!(w.number(closed).await, 0);
    // Another parcel in between: it is asked anew, if any waits then.
    let second = q.last.expects[0].scan.clone();
    q.ok(&second).await;
    q.ok("WDC-UNDO").await;
    assert_eq!(q.no("WDC-CLOSE").await, "hand-over-some-wait");
    q.ok("WDC-CLOSE").await;
    assert_eq!(w.number(closed).await, 1);
    w.check().await;
    w.end().await;
}

#[tokio::test]
async fn who_is_idle_is_told_what_waits_and_rings_when_it_comes() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    let mut p = w.person("P", Role::Picker).await;
    assert!(!p.last.page.calling && p.last.page.live, "the menu looks by itself");
    p.scan("WDC-MENU-PICK").await;
    assert!(idle(&p).await && p.last.page.live && !p.last.page.calling);
    w.orders(&[("O1", &[("I0", 1)])]).await;
    w.release().await;
    let look = p.request(Input::Refresh);
    p.send(&look).await;
    assert!(idle(&p).await && p.last.page.calling, "nobody takes it for them");
    p.ok("WDC-BACK").await;
    let waits = |robot: &Robot| robot.last.page.menu[0].text.key.clone();
    assert_eq!(waits(&p), "menu-waits");
    w.sql("UPDATE trip SET due_at = now() + interval '10 minutes'").await;
    let look = p.request(Input::Refresh);
    p.send(&look).await;
    assert_eq!(waits(&p), "menu-waits-urgent");
    // What one is in the middle of comes first, and says so.
    p.ok("WDC-MENU-PICK").await;
    p.ok("WDC-BACK").await;
    assert_eq!(waits(&p), "menu-in-progress");
    assert_eq!(p.last.page.facts[0].text.key, "menu-go-on-due");
    // Whatever has a code can be looked up from the menu.
    p.ok("A01").await;
    assert_eq!((p.last.page.title.key.as_str(), p.big().as_str()), ("kind-place", "A01"));
    while p.last.page.title.key != "menu-title" {
        p.ok("WDC-BACK").await;
    }
    w.end().await;
}

#[tokio::test]
async fn a_report_is_taken_back_until_somebody_has_decided_about_it() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 6), ("A02", "I0", "L2", 200, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    let mut boss = w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    let held = "SELECT coalesce(sum(on_hand), 0)::bigint FROM stock WHERE status = 'held'";
    for (report, units) in [("WDC-SHORT", 6), ("WDC-DAMAGED", 1), ("WDC-EMPTY", 9)] {
        p.ok("WDC-MENU-PICK").await;
        p.ok(report).await;
        p.ok("WDC-YES").await;
        assert_eq!(w.number(held).await, units, "{report}");
        p.ok("WDC-UNDO").await;
        assert_eq!((p.said(), w.number(held).await), ("undone-report".to_owned(), 0), "{report}");
        assert_eq!(
            w.number(
                "SELECT count(*) FROM exception WHERE done_at IS NULL AND reason <> \
                             'not_found'"
            )
            .await,
            0
        );
        w.check().await;
        let mut tx = w.worker.db.begin().await.unwrap();
        for lacking in exceptions::lost_and_there(&mut tx, 10).await.unwrap() {
            exceptions::find_again(&mut tx, &lacking).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
    p.ok("WDC-MENU-PICK").await;
    p.ok("WDC-SHORT").await;
    p.ok("WDC-YES").await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    boss.ok("0").await;
    boss.ok("0").await;
    let stays = "SELECT string_agg(concat_ws(' ', place_id, lot_id, status, on_hand), ', ' \
                 ORDER BY place_id, lot_id, status) FROM stock WHERE on_hand > 0";
    let before = w.text(stays).await;
    assert_eq!(p.no("WDC-UNDO").await, "report-stands");
    assert_eq!(w.text(stays).await, before);
    w.check().await;
    w.end().await;
}
