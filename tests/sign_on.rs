//! The door: wrong PINs are counted, nobody is shut out of where they work, and the owner hears.

use crate::support::{PIN, Robot, Role, World};
use std::sync::Arc;
use wavedeck::protocol::{Input, Pin};
use wavedeck::work::pins::{self, Pins};
use wavedeck::work::vault::{self, Locked};

/// Somebody at a terminal with a badge, who tries a PIN; what the screen says.
async fn tries(w: &World, badge: &str, terminal: &str, pin: &str) -> String {
    let mut robot = Robot::at_door(w.ctx.clone(), badge);
    let mut request = robot.request(Input::Pin { badge: badge.into(), pin: Pin(pin.into()) });
    request.terminal = terminal.into();
    robot.send(&request).await;
    if robot.last.operator.is_some() { "in".into() } else { robot.said() }
}

/// Seconds until the badge may be tried there again.
async fn closed_s(w: &World, code: &str, terminal: &str) -> i64 {
    w.number(&format!(
        "SELECT extract(epoch FROM door_closed_until(id, '{terminal}') - now())::bigint FROM person
         WHERE code = '{code}'"
    ))
    .await
}

#[tokio::test]
async fn wrong_pins_close_the_badge_for_longer_each_time_but_not_where_its_owner_works() {
    let w = World::new().await;
    // Signing on in the test is at the terminal `test`, where P works from then on.
    let p = w.person("P", Role::Picker).await;
    for n in 0..6 {
        let said = tries(&w, &p.badge, "gate", "0000").await;
        assert_eq!(said, if n < 5 { "pin-wrong" } else { "door-locked" });
    }
    assert_eq!(tries(&w, &p.badge, "gate", PIN).await, "door-locked", "the right one, too soon");
    assert_eq!(tries(&w, &p.badge, "dock", PIN).await, "door-locked", "nor at another terminal");
    assert!((50..=60).contains(&closed_s(&w, "P", "gate").await));
    for (failed, wait) in [(6, 120), (7, 240), (20, 900)] {
        w.sql(&format!("UPDATE pin_try SET failed = {failed} WHERE terminal = 'gate'")).await;
        let closed = closed_s(&w, "P", "gate").await;
        assert!((wait - 15..=wait).contains(&closed), "{failed}: {closed}");
    }
    // Where they work they come in, and hear what was tried, once.
    let mut owner = w.with_badge(&p.badge).await;
    assert_eq!(owner.said(), "door-tried");
    owner.scan("WDC-MENU-PICK").await;
    assert_eq!(tries(&w, &p.badge, "test", PIN).await, "in");
    assert_eq!(
        w.number("SELECT count(*) FROM notice WHERE text ->> 'key' = 'door-tried'").await,
        1
    );
    // There they can shut themselves out.
    for _ in 0..5 {
        assert_eq!(tries(&w, &p.badge, "test", "0000").await, "pin-wrong");
    }
    assert_eq!(tries(&w, &p.badge, "test", PIN).await, "door-locked");
    w.end().await;
}

#[tokio::test]
async fn who_tries_one_badge_after_another_is_stopped_at_that_terminal_alone() {
    let w = World::new().await;
    let mut badges = Vec::new();
    for n in 0..21 {
        badges.push(w.person(&format!("P{n}"), Role::Picker).await.badge);
    }
    for badge in &badges[..20] {
        assert_eq!(tries(&w, badge, "gate", "0000").await, "pin-wrong");
    }
    assert_eq!(tries(&w, &badges[20], "gate", PIN).await, "door-locked");
    assert_eq!(tries(&w, &badges[20], "dock", PIN).await, "in");
    w.end().await;
}

#[tokio::test]
async fn one_wrong_pin_closes_nothing_though_its_clock_is_ahead() {
    let w = World::new().await;
    let p = w.person("P", Role::Picker).await;
    assert_eq!(tries(&w, &p.badge, "gate", "0000").await, "pin-wrong");
    // Of two who sign on at once, one may see the other's try as made after its own now.
    w.sql("UPDATE pin_try SET failed_at = now() + interval '5 seconds' WHERE failed > 0").await;
    assert_eq!(tries(&w, &p.badge, "gate", PIN).await, "in");
    w.end().await;
}

#[tokio::test]
async fn a_supervisor_opens_a_badge_again() {
    let w = World::new().await;
    let p = w.person("P", Role::Picker).await;
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    for scan in ["WDC-MENU-INQUIRY", "P"] {
        boss.ok(scan).await;
    }
    assert_eq!(boss.last.page.menu.len(), 2, "nothing was tried");
    for _ in 0..5 {
        tries(&w, &p.badge, "test", "0000").await;
    }
    assert_eq!(tries(&w, &p.badge, "test", PIN).await, "door-locked");
    for scan in ["WDC-BACK", "P", "3"] {
        boss.ok(scan).await;
    }
    assert_eq!(tries(&w, &p.badge, "test", PIN).await, "in");
    assert_eq!(w.number("SELECT count(*) FROM audit WHERE action = 'desk-do-free-badge'").await, 1);
    w.end().await;
}

#[tokio::test]
async fn a_badge_that_is_guessed_at_from_many_terminals_at_once_gets_no_more_tries() {
    let w = World::new().await;
    let badge = w.person("P", Role::Picker).await.badge;
    let mut tried = tokio::task::JoinSet::new();
    for n in 0..24 {
        let (ctx, badge) = (w.ctx.clone(), badge.clone());
        tried.spawn(async move {
            let mut robot = Robot::at_door(ctx, &badge);
            let ask = Input::Pin { badge: badge.clone(), pin: Pin("0000".into()) };
            let mut request = robot.request(ask);
            request.terminal = format!("door {n}");
            robot.send(&request).await;
            robot.said()
        });
    }
    let said = tried.join_all().await;
    assert_eq!(said.iter().filter(|said| *said == "pin-wrong").count(), 5, "{said:?}");
    w.end().await;
}

#[test]
fn the_pins_that_are_tried_first_are_refused() {
    for pin in ["0000", "1111", "1234", "4321", "56789", "1212", "99999999"] {
        assert!(pins::is_trivial(pin), "{pin}");
    }
    for pin in [PIN, "2580", "1123", "7391", "13579"] {
        assert!(!pins::is_trivial(pin), "{pin}");
    }
}

#[tokio::test]
async fn a_terminal_that_was_left_alone_asks_for_the_badge_and_the_work_stands_where_it_was() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    let mut p = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "1"] {
        p.ok(scan).await;
    }
    let left = "UPDATE standing SET updated_at = now() - interval '61 minutes'";
    w.sql(left).await;
    // The tote would be taken at once by what the screen knows: neither way takes it.
    assert_eq!(p.no("T1").await, "signed-off-idle");
    assert!(p.last.operator.is_none());
    assert_eq!(w.number("SELECT count(*) FROM movement WHERE reason = 'pick'").await, 0);
    p.sign_on().await;
    p.ok("T1").await;
    assert_eq!(w.number("SELECT sum(qty)::bigint FROM movement WHERE reason = 'pick'").await, 1);
    // A site says how long, and that it never does.
    w.sql(left).await;
    w.sql("UPDATE role SET locks_after_min = 0").await;
    p.ok("A01").await;
    w.end().await;
}

#[test]
fn a_copy_of_the_database_has_nothing_to_try_pins_on() {
    let file = std::env::temp_dir().join(format!("wavedeck-pins-{}.key", std::process::id()));
    vault::create_key_file(&file).unwrap();
    let (keyed, bare) = (Pins::new(Some(file.clone())), Pins::new(None));
    let kept = keyed.hash(PIN).unwrap();
    let head = kept.rsplit_once('$').unwrap().0;
    assert!(head.contains("keyid="), "{head}");
    assert_eq!(keyed.hash_as(Some(head), PIN).unwrap(), kept);
    assert_ne!(keyed.hash_as(Some(head), "1379").unwrap(), kept);
    // Without the file, or with another's, it is neither right nor wrong.
    assert!(matches!(bare.hash_as(Some(head), PIN), Err(Locked::NoPinKey)));
    // A new key in front of the file: what was hashed with the old one is still checked.
    vault::add_key(&file).unwrap();
    assert_eq!(keyed.hash_as(Some(head), PIN).unwrap(), kept);
    vault::drop_old_keys(&file).unwrap();
    assert!(matches!(keyed.hash_as(Some(head), PIN), Err(Locked::OtherKey(_))));
    // What was set before there was a key goes on.
    let old = bare.hash(PIN).unwrap();
    let head = old.rsplit_once('$').unwrap().0;
    assert_eq!(keyed.hash_as(Some(head), PIN).unwrap(), old);
    std::fs::remove_file(&file).unwrap();
}

#[tokio::test]
async fn a_terminal_without_the_key_says_so_and_counts_nothing() {
    let w = World::new().await;
    let badge = w.person("P", Role::Picker).await.badge;
    let bare = Arc::new(w.ctx_with(Pins::new(None)));
    let mut robot = Robot::at_door(bare, &badge);
    for _ in 0..6 {
        let pin = Input::Pin { badge: badge.clone(), pin: Pin(PIN.into()) };
        let request = robot.request(pin);
        robot.send(&request).await;
        assert_eq!(robot.said(), "door-no-pin-key");
    }
    assert_eq!(w.number("SELECT count(*) FROM pin_try WHERE failed > 0").await, 0);
    assert_eq!(w.number("SELECT count(*) FROM pin_keys() WHERE key = ''").await, 0);
    w.end().await;
}
