//! Five hundred guns on a few connections: `cargo bench --bench doors`. One process serves them at
//! a socket (`wavedeck serve`); each signs on and scans at a person's pace. Beside them some
//! consoles are real processes in pseudo terminals, whose memory is counted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../support/mod.rs"]
#[allow(dead_code)]
mod support;

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use support::term::Term;
use support::{PIN, Role, World, pin_key_file, program};
use tokio::io::AsyncReadExt;
use tokio::net::UnixStream;
use tokio::sync::mpsc;
use wavedeck::console::app::Appearance;
use wavedeck::console::input::Framing;
use wavedeck::console::input::keymap::Keymap;
use wavedeck::console::served::line::{self, Said};
use wavedeck::console::served::{Hello, VERSION};
use wavedeck::domain::Lang;
use wavedeck::store::schema::Login;

const GUNS: usize = 500;
const REAL: usize = 20;
const SECONDS: u64 = 60;

fn figure(name: &str, value: f64, unit: &str) {
    println!("figure {name} {value:.2} {unit}");
}

/// Resident memory of a process, in MB.
fn rss_mb(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<f64>().unwrap() / 1024.0
}

fn serve(w: &World, socket: &PathBuf) -> Child {
    let child = Command::new(program())
        .arg("serve")
        .arg("--socket")
        .arg(socket)
        .env("WAVEDECK_DATABASE_URL", w.url(Login::Session))
        .env("WAVEDECK_PIN_KEY_FILE", pin_key_file())
        .env("WAVEDECK_HOME", socket.with_extension("home"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    while std::os::unix::net::UnixStream::connect(socket).is_err() {
        std::thread::sleep(Duration::from_millis(20));
    }
    child
}

/// A gun: what it shows, as a terminal would.
struct Gun {
    to: tokio::net::unix::OwnedWriteHalf,
    from: tokio::net::unix::OwnedReadHalf,
    screen: vt100::Parser,
}

impl Gun {
    async fn come(socket: &PathBuf) -> Gun {
        let (from, mut to) = UnixStream::connect(socket).await.unwrap().into_split();
        let hello = Hello {
            version: VERSION.to_owned(),
            lang: Lang::En,
            appearance: Appearance::default(),
            keymap: Keymap::named("handheld").unwrap(),
            framing: Framing::default(),
            terminal: "gun".to_owned(),
            size: (80, 24),
        };
        line::say(&mut to, &Said::Hello(serde_json::to_vec(&hello).unwrap())).await.unwrap();
        let mut gun = Gun {
            to,
            from,
            screen: vt100::Parser::new(24.try_into().unwrap(), 80.try_into().unwrap(), 0),
        };
        gun.until(|text| text.contains("badge")).await;
        gun
    }

    fn text(&self) -> String {
        self.screen.screen().contents()
    }

    async fn until(&mut self, yes: impl Fn(&str) -> bool) {
        let mut some = vec![0; 8192];
        while !yes(&self.text()) {
            let read = self.from.read(&mut some);
            match tokio::time::timeout(Duration::from_secs(30), read).await {
                Ok(Ok(n @ 1..)) => self.screen.process(&some[..n]),
                _ => panic!("no answer; the screen shows:\n{}", self.text()),
            }
        }
    }

    /// Scans and waits for the answer; how long it took, in milliseconds.
    async fn scan(&mut self, code: &str) -> f64 {
        // What came by itself meanwhile is no answer.
        let mut some = vec![0; 8192];
        while let Ok(n @ 1..) = self.from.try_read(&mut some) {
            self.screen.process(&some[..n]);
        }
        let before = self.text();
        let begun = Instant::now();
        let said = Said::Typed(format!("{code}\r").into_bytes());
        line::say(&mut self.to, &said).await.unwrap();
        self.until(|text| Term::answered(&before, text)).await;
        begun.elapsed().as_secs_f64() * 1000.0
    }
}

/// Signs on and works until `over`: looks at goods and places, at a person's pace. Wrong codes are
/// among them: a refusal is a gesture too.
async fn work(
    socket: PathBuf,
    badge: String,
    n: usize,
    over: Arc<AtomicBool>,
    took: mpsc::UnboundedSender<f64>,
) {
    let mut rng = fastrand::Rng::with_seed(n as u64);
    tokio::time::sleep(Duration::from_millis(rng.u64(..10_000))).await;
    let mut gun = Gun::come(&socket).await;
    gun.scan(&badge).await;
    gun.scan(PIN).await;
    gun.scan("WDC-MENU-PICK").await;
    gun.scan("A01").await;
    // Each changes the screen, for who has a walk and for who has none.
    let scans = ["I3", "WDC-HELP", "A02", "T7", "WDC-BACK", "WDC-MENU-PICK"];
    let mut next = 0;
    while !over.load(Ordering::Relaxed) {
        tokio::time::sleep(Duration::from_millis(rng.u64(3000..6000))).await;
        let ms = gun.scan(scans[next % scans.len()]).await;
        next += 1;
        let _ = took.send(ms);
    }
}

#[tokio::main]
async fn main() {
    let w = World::new().await;
    w.stock(&[("A01", "I3", "L1", 100, 5000)]).await;
    let orders: Vec<String> = (0..GUNS).map(|n| format!("O{n}")).collect();
    let lines: Vec<(&str, &[(&str, i64)])> =
        orders.iter().map(|no| (no.as_str(), &[("I3", 2)][..])).collect();
    w.orders(&lines).await;
    w.release().await;
    let mut badges = Vec::new();
    for n in 0..GUNS + REAL {
        w.person(&format!("G{n}"), Role::Picker).await;
        badges.push(w.text(&format!("SELECT badge FROM person WHERE code = 'G{n}'")).await);
    }
    let socket = std::env::temp_dir().join(format!("wavedeck-bench-{}.sock", std::process::id()));
    let mut server = serve(&w, &socket);
    let (over, (took, mut tooks)) = (Arc::new(AtomicBool::new(false)), mpsc::unbounded_channel());
    let mut guns = tokio::task::JoinSet::new();
    for (n, badge) in badges.drain(..GUNS).enumerate() {
        guns.spawn(work(socket.clone(), badge, n, over.clone(), took.clone()));
    }
    drop(took);
    // All of them are on; what they do from now on counts.
    tokio::time::sleep(Duration::from_secs(25)).await;
    let env = [("WAVEDECK_SOCKET", socket.to_str().unwrap()), ("WAVEDECK_LANG", "en")];
    let consoles: Vec<Term> =
        (0..REAL).map(|_| Term::start(program(), &[], &env, (20, 16))).collect();
    for term in &consoles {
        term.wait_for("badge");
    }
    while tooks.try_recv().is_ok() {}
    let (mut most, mut figures) = (0, Vec::new());
    for _ in 0..SECONDS {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let held = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'wavedeck %'";
        most = most.max(w.number(held).await);
        while let Ok(ms) = tooks.try_recv() {
            figures.push(ms);
        }
    }
    let pids: Vec<u32> = consoles.iter().filter_map(|term| term.child.process_id()).collect();
    let console = pids.iter().map(|pid| rss_mb(*pid)).sum::<f64>() / pids.len() as f64;
    let shared = rss_mb(server.id()) / GUNS as f64;
    over.store(true, Ordering::Relaxed);
    while guns.join_next().await.is_some() {}
    figures.sort_by(f64::total_cmp);
    let at = |share: f64| figures[((figures.len() - 1) as f64 * share) as usize];
    figure("sessions_rss_mb", console + shared, "MB");
    figure("sessions_served_mb", shared, "MB");
    figure("sessions_connections", most as f64, "connections");
    figure("scans_per_s", figures.len() as f64 / SECONDS as f64, "1/s");
    figure("scan_p50_ms", at(0.5), "ms");
    figure("scan_p99_ms", at(0.99), "ms");
    figure("scan_max_ms", at(1.0), "ms");
    drop(consoles);
    let _ = server.kill();
    let _ = server.wait();
    let _ = std::fs::remove_file(&socket);
    let _ = std::fs::remove_dir_all(socket.with_extension("home"));
    w.end().await;
}
