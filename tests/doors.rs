//! What comes from outside and means no good, or has gone mad: windows, answers, callers, printers,
//! clocks, full disks. None of it takes memory, connections or work with it.

use crate::links::run_until;
use crate::support::{Robot, Role, World, pin_key_file, program, term::Term};
use axum::routing::get;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use serde_json::{Value, json};
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use wavedeck::limits;
use wavedeck::links::webhooks::{self, WebhookOutcome};
use wavedeck::protocol::{Input, Pin};
use wavedeck::store::people;
use wavedeck::store::schema::Login;

/// The most memory that a process had, in MB.
fn peak_mb(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").trim().parse::<u64>().unwrap() / 1024
}

#[tokio::test]
async fn a_window_of_any_size_is_drawn_within_bounds() {
    let w = World::new().await;
    let pty = native_pty_system();
    let size = |cols, rows| PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
    let pair = pty.openpty(size(80, 24)).unwrap();
    let mut command = CommandBuilder::new(program());
    command.env("WAVEDECK_DATABASE_URL", w.url(Login::Session));
    command.env("WAVEDECK_PIN_KEY_FILE", pin_key_file());
    command.env("TERM", "xterm-256color");
    let mut child = pair.slave.spawn_command(command).unwrap();
    let mut reader = pair.master.try_clone_reader().unwrap();
    let wrote = Arc::new(AtomicUsize::new(0));
    let counted = wrote.clone();
    std::thread::spawn(move || {
        let mut buffer = [0u8; 65536];
        while let Ok(n @ 1..) = reader.read(&mut buffer) {
            counted.fetch_add(n, Ordering::Relaxed);
        }
    });
    let until = Instant::now() + Duration::from_secs(20);
    while wrote.load(Ordering::Relaxed) == 0 && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // A small one between two that are too large, so that each is drawn anew.
    for (cols, rows) in [(3000, 3000), (1, 1), (8000, 8000), (1, 1), (65535, 65535), (80, 24)] {
        let before = wrote.load(Ordering::Relaxed);
        pair.master.resize(size(cols, rows)).unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        while wrote.load(Ordering::Relaxed) == before && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(wrote.load(Ordering::Relaxed) > before, "{cols} x {rows}: nothing was drawn");
    }
    let peak = peak_mb(child.process_id().unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(peak < 128, "{peak} MB");
    w.end().await;
}

/// A shop that answers every call with these bytes.
async fn answering(bytes: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let app = axum::Router::new().route(
        "/{*path}",
        get(move || {
            let bytes = bytes.clone();
            async move { ([("content-type", "application/json")], bytes) }
        }),
    );
    tokio::spawn(async move { axum::serve(listener, app).await });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_millions_is_refused_before_it_is_read() {
    let w = World::new().await;
    let junk = |n: usize| {
        format!("{{\"server_time\":\"2026-01-01T00:00:00Z\",\"orders\":[{}{{}}]}}", "{},".repeat(n))
    };
    for (n, said) in [(5_000_000, "too many parts"), (1_100, "1101 orders came at once")] {
        let url = answering(junk(n).into_bytes()).await;
        w.move_shop("S1", &url).await;
        w.sql("UPDATE job SET next_at = now(), lease_until = NULL").await;
        let refused =
            format!("SELECT count(*) FROM job WHERE kind = 'pull' AND last_error LIKE '%{said}%'");
        run_until(&w, said, &refused, 1).await;
        assert_eq!(w.number("SELECT count(*) FROM exception").await, 0);
    }
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shop_whose_clock_is_decades_ahead_is_still_heard() {
    let w = World::new().await;
    let mut order = World::order_json("O1", &[("I0", 1)]);
    order["updated_at"] = json!("2098-01-01T00:00:00Z");
    let page = |order: &Value, at: &str| {
        json!({ "server_time": at, "orders": [order], "next_cursor": null }).to_string()
    };
    let pulled = async |bytes: String, sql: &str| {
        let url = answering(bytes.into_bytes()).await;
        w.move_shop("S1", &url).await;
        w.sql("UPDATE job SET next_at = now(), lease_until = NULL").await;
        run_until(&w, sql, sql, 1).await;
    };
    pulled(page(&order, "2099-01-01T00:00:00Z"), "SELECT count(*) FROM orders").await;
    assert_eq!(
        w.number(
            "SELECT count(*) FROM job WHERE kind = 'pull' AND high_water_mark < now() + interval \
             '6 minutes'"
        )
        .await,
        1,
        "the mark is of our days"
    );
    // Its clock was mended, and the order is cancelled: what was dated 2098 does not outlive that.
    order["status"] = json!("cancelled");
    order["updated_at"] = json!((jiff::Timestamp::now() + Duration::from_secs(1)).to_string());
    let cancelled = "SELECT count(*) FROM orders WHERE status = 'cancelled'";
    pulled(page(&order, &jiff::Timestamp::now().to_string()), cancelled).await;
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_that_say_nothing_do_not_keep_others_out_for_long() {
    let listener = webhooks::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let addr = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    let heard = Arc::new(AtomicUsize::new(0));
    let counted = heard.clone();
    let served = tokio::spawn(webhooks::serve(
        listener,
        Arc::new(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            Box::pin(async { WebhookOutcome::Woken })
        }),
        stopped,
    ));
    let mut silent = Vec::new();
    for _ in 0..limits::HOOK_CALLERS + 40 {
        let mut caller = TcpStream::connect(addr).await.unwrap();
        caller.write_all(b"POST /hooks/S1 HTTP/1.1\r\nHost: x\r\nX-Slow: ").await.unwrap();
        silent.push(caller);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    // Ours and theirs, both ends of which are in this process.
    let open = || {
        let fds = std::fs::read_dir("/proc/self/fd").unwrap().flatten();
        let inodes: Vec<_> = fds.filter_map(|fd| std::fs::read_link(fd.path()).ok()).collect();
        inodes.iter().filter(|link| link.to_string_lossy().starts_with("socket:")).count()
    };
    let most = open();
    let begun = Instant::now();
    let mut caller = TcpStream::connect(addr).await.unwrap();
    let call = b"POST /hooks/S1 HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";
    caller.write_all(call).await.unwrap();
    let mut answer = [0u8; 12];
    tokio::time::timeout(limits::HOOK_CALL * 3, caller.read_exact(&mut answer))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&answer, b"HTTP/1.1 204");
    assert_eq!(heard.load(Ordering::Relaxed), 1);
    assert!(begun.elapsed() < limits::HOOK_CALL * 3);
    assert!(most > 0 && silent.len() > limits::HOOK_CALLERS);
    stop.send_replace(true);
    drop((silent, caller));
    served.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_log_that_cannot_be_written_is_not_said_on_the_screen() {
    let w = World::new().await;
    let config = crate::support::cluster().label_folder().unwrap().join("full-log.toml");
    std::fs::write(&config, "[log]\nfile = \"/dev/full\"\nlevel = \"trace\"\n").unwrap();
    let (key, config) = (pin_key_file(), config.to_str().unwrap());
    let url = w.url(Login::Session);
    let env = [
        ("WAVEDECK_DATABASE_URL", url.as_str()),
        ("WAVEDECK_PIN_KEY_FILE", key.to_str().unwrap()),
        ("WAVEDECK_CONFIG", config),
    ];
    let badge = w.person("P", Role::Picker).await.badge;
    let mut term = Term::start(program(), &["--lang", "en"], &env, (80, 24));
    term.wait_for("Scan your badge");
    for scan in [badge.as_str(), crate::support::PIN] {
        term.scan_and_see(scan);
    }
    term.wait_for("Pick");
    for scan in ["WDC-MENU-PICK", "NO-SUCH-CODE", "WDC-BACK"] {
        term.scan_and_see(scan);
        assert!(!term.text().contains("tracing"), "{}", term.text());
        assert!(!term.text().contains("No space"), "{}", term.text());
    }
    term.kill();
    w.end().await;
}

#[tokio::test]
async fn terminals_at_the_door_keep_no_connections() {
    let w = World::new().await;
    let doors: Vec<_> = (0..12).map(|_| w.another_ctx(Login::Session)).collect();
    for ctx in &doors {
        let mut robot = Robot::at_door(ctx.clone(), "");
        let request = robot.request(Input::Badge("RUBBISH".into()));
        robot.send(&request).await;
    }
    let open = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'another' AND \
                datname = current_database()";
    assert_eq!(w.number(open).await, 12);
    let until = Instant::now() + limits::IDLE_CONNECTION * 4;
    while w.number(open).await > 0 {
        assert!(Instant::now() < until, "{} are still open", w.number(open).await);
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    w.end().await;
}

#[tokio::test]
async fn a_stolen_badge_opens_nothing_once_it_is_replaced() {
    let w = World::new().await;
    let mut thief = w.person("P", Role::Picker).await;
    thief.ok("WDC-MENU-PICK").await;
    let mut tx = w.office.db.begin().await.unwrap();
    people::rebadge(&mut tx, "P", "WDB-NEW").await.unwrap().unwrap();
    tx.commit().await.unwrap();
    assert_eq!(thief.no("A01").await, "signed-off-elsewhere");
    // A wrong PIN is on record, with the terminal that it came from.
    let mut robot = Robot::at_door(w.ctx.clone(), &w.person("Q", Role::Picker).await.badge);
    let wrong = Input::Pin { badge: robot.badge.clone(), pin: Pin("1111".into()) };
    let request = robot.request(wrong);
    robot.send(&request).await;
    assert_eq!(
        w.text("SELECT person || ' ' || subject FROM audit WHERE action = 'pin_wrong'").await,
        "Q test"
    );
    w.end().await;
}

#[tokio::test]
async fn a_database_whose_clock_goes_back_puts_nothing_off() {
    let w = World::new().await;
    let badge = w.person("P", Role::Picker).await.badge;
    wavedeck::jobs::mend_clock(&w.worker).await.unwrap();
    // An hour ahead, everything was put off for a while, and a badge was closed.
    w.sql("UPDATE clock_seen SET at = now() + interval '1 hour'").await;
    w.sql("UPDATE job SET next_at = now() + interval '61 minutes', lease_until = now() + '1 hour'")
        .await;
    w.sql(
        "INSERT INTO pin_try (person_id, terminal, failed, failed_at)
         SELECT id, 'test', 9, now() + interval '1 hour' FROM person WHERE code = 'P'
         ON CONFLICT ON CONSTRAINT pin_try_pkey
         DO UPDATE SET failed = 9, failed_at = excluded.failed_at",
    )
    .await;
    wavedeck::jobs::mend_clock(&w.worker).await.unwrap();
    let due = "SELECT count(*) FROM job WHERE kind = 'pull' AND next_at <= now()
        AND lease_until <= now() + interval '5 minutes'";
    assert!(w.number(due).await > 0);
    let closed_s = "SELECT coalesce(extract(epoch FROM door_closed_until(id, 'test') - now()), 0)
        ::bigint FROM person WHERE code = 'P'";
    assert!(w.number(closed_s).await < 1800, "{badge} is closed for an hour and more");
    let told = "SELECT count(*) FROM exception WHERE reason = 'clock_back'";
    assert_eq!(w.number(told).await, 1);
    // Whatever is put off or kept for a while is thought of.
    let forgotten = "SELECT coalesce(string_agg(concat(table_name, '.', column_name), ' '), '')
        FROM information_schema.columns
        JOIN pg_proc p ON p.proname = 'mend_clock'
        WHERE table_schema = 'public' AND column_name IN ('next_at', 'lease_until', 'claimed_until')
          AND p.prosrc NOT LIKE concat('%UPDATE ', table_name, ' SET ', column_name, ' =%')";
    assert_eq!(w.text(forgotten).await, "");
    // Seconds are nothing, and it is told once.
    w.sql("UPDATE clock_seen SET at = now() + interval '5 seconds'").await;
    wavedeck::jobs::mend_clock(&w.worker).await.unwrap();
    assert_eq!(w.number(told).await, 1);
    w.end().await;
}
