//! The deck of a real console, watched while robots work: what one looks at stays under the eye,
//! the figures are the database's, and little goes over the line. `WAVEDECK_WATCH_S` says for how
//! long, `WAVEDECK_WATCH_ROBOTS` beside how many pickers.

use crate::support::term::Term;
use crate::support::{PIN, Robot, Role, World, pin_key_file, program};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use wavedeck::store::schema::Login;

fn from_env(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Picks as fast as the screen asks, until told to stop.
async fn picks(mut robot: Robot, over: Arc<AtomicBool>) {
    while !over.load(Ordering::Relaxed) {
        let expect = robot.last.expects.first().filter(|e| e.code != "NEXT").cloned();
        let scan = expect.map_or("WDC-MENU-PICK".to_owned(), |expect| expect.scan);
        robot.scan(&scan).await;
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

/// The count that stands in a stage's line of the deck.
fn shown(text: &str, stage: &str) -> Option<i64> {
    // Where a part's line begins, not within one.
    let name = format!("  {stage} ");
    let after = text.lines().find_map(|line| Some(&line[line.find(&name)? + name.len()..]))?;
    after.split_whitespace().next()?.parse().ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deck_stays_where_one_looks_and_says_what_is_true() {
    let (seconds, robots) = (from_env("WAVEDECK_WATCH_S", 8), from_env("WAVEDECK_WATCH_ROBOTS", 4));
    let w = World::new().await;
    let bins: Vec<String> = (1..=8).map(|n| format!("A{n:02}")).collect();
    let items: Vec<String> = (0..8).map(|n| format!("I{n}")).collect();
    let stock: Vec<_> =
        bins.iter().zip(&items).map(|(bin, sku)| (&**bin, &**sku, "L1", 90, 50_000)).collect();
    w.stock(&stock).await;
    let make = async |from: u64, to: u64| {
        let numbers: Vec<String> = (from..to).map(|n| format!("O{n}")).collect();
        let lines: Vec<(&str, i64)> = items.iter().map(|sku| (sku.as_str(), 1)).collect();
        let orders: Vec<(&str, &[(&str, i64)])> =
            numbers.iter().map(|no| (no.as_str(), &lines[..])).collect();
        w.orders(&orders).await;
    };
    let many = 20 + robots * seconds;
    make(0, many).await;
    w.release().await;
    make(many, many + 17).await;
    let badge = w.person("EDITH", Role::Supervisor).await.badge;
    let home = std::env::temp_dir().join(format!("wavedeck-test-{}-watched", std::process::id()));
    let (url, key) = (w.url(Login::Session), pin_key_file());
    let env = [
        ("WAVEDECK_DATABASE_URL", url.as_str()),
        ("WAVEDECK_HOME", home.to_str().unwrap()),
        ("WAVEDECK_PIN_KEY_FILE", key.to_str().unwrap()),
    ];
    let mut term = Term::start(program(), &["--lang", "en"], &env, (120, 36));
    term.wait_for("Scan your badge");
    term.scan(&badge);
    term.wait_for("PIN");
    term.scan(PIN);
    // The row of what is ready: 17 all the while, among rows that come and go.
    term.wait("what is ready now", |text| shown(text, "ready") == Some(17));
    while term.chosen_line().is_none_or(|line| !line.contains("ready")) {
        let before = term.chosen_line();
        term.send(b"\x1b[B");
        term.wait("another row", |_| term.chosen_line() != before);
    }
    let over = Arc::new(AtomicBool::new(false));
    let mut at_work = Vec::new();
    for n in 0..robots {
        let robot = w.person(&format!("P{n}"), Role::Picker).await;
        at_work.push(tokio::spawn(picks(robot, over.clone())));
    }
    let (bytes, begun) = (term.wrote.lock().unwrap().0, Instant::now());
    while begun.elapsed() < Duration::from_secs(seconds) {
        tokio::time::sleep(Duration::from_millis(250)).await;
        let line = term.chosen_line().unwrap_or_default();
        assert!(line.contains("ready") && line.contains("17"), "{line}\n{}", term.text());
    }
    let sent = term.wrote.lock().unwrap().0 - bytes;
    over.store(true, Ordering::Relaxed);
    for robot in at_work {
        robot.await.unwrap();
    }
    let frames = seconds / 2 + 1;
    eprintln!("{sent} bytes in {seconds} s, {} a frame", sent as u64 / frames);
    assert!(sent as u64 / frames < 4096, "{sent} bytes in {frames} frames");
    // At rest it says what the database counts.
    let count = async |state: &str| {
        w.number(&format!("SELECT count(*) FROM shipment WHERE state = '{state}'")).await
    };
    let (picked, released) = (count("picked").await, count("released").await);
    assert!(picked > 0, "somebody worked");
    term.wait("the figures of the database", |text| {
        shown(text, "ready") == Some(17)
            && shown(text, "picked") == Some(picked)
            && shown(text, "released").unwrap_or(0) == released
    });
    // And what was chosen is what opens.
    term.send(b"\r");
    term.wait("the list", |text| text.starts_with("Board > ready") && text.contains("S00"));
    term.kill();
    let _ = std::fs::remove_dir_all(&home);
    w.end().await;
}
