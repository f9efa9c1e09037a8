//! Consoles that have no database of their own: one process serves them at a socket, with a few
//! connections for all, and nothing that one of them does harms another.

use crate::support::term::Term;
use crate::support::{PIN, Role, World, pin_key_file, program};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use wavedeck::console::app::Appearance;
use wavedeck::console::input::Framing;
use wavedeck::console::input::keymap::Keymap;
use wavedeck::console::served::line::{self, Said};
use wavedeck::console::served::{Hello, VERSION};
use wavedeck::domain::Lang;
use wavedeck::limits;
use wavedeck::store::schema::Login;

struct Server {
    child: Child,
    socket: PathBuf,
}

impl Server {
    fn start(w: &World, name: &str) -> Server {
        let socket = std::env::temp_dir()
            .join(format!("wavedeck-served-{}-{name}.sock", std::process::id()));
        let child = Command::new(program())
            .args(["serve", "--connections", "3", "--socket"])
            .arg(&socket)
            .env("WAVEDECK_DATABASE_URL", w.url(Login::Session))
            .env("WAVEDECK_PIN_KEY_FILE", pin_key_file())
            .env("WAVEDECK_HOME", socket.with_extension("home"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let until = Instant::now() + Duration::from_secs(20);
        while UnixStream::connect(&socket).is_err() {
            assert!(Instant::now() < until, "nobody listens");
            std::thread::sleep(Duration::from_millis(20));
        }
        Server { child, socket }
    }

    /// A console of its own process, which knows nothing but the socket.
    fn console(&self) -> Term {
        let env = [("WAVEDECK_SOCKET", self.socket.to_str().unwrap()), ("WAVEDECK_LANG", "en")];
        Term::start(program(), &[], &env, (40, 12))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_file(&self.socket);
        let _ = std::fs::remove_dir_all(self.socket.with_extension("home"));
    }
}

fn sign_on(term: &mut Term, badge: &str) {
    term.wait_for("Scan your badge");
    term.scan(badge);
    term.wait_for("PIN");
    term.scan(PIN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_without_a_database_works_and_its_work_stands_when_either_end_dies() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    let badge = w.person("P", Role::Picker).await.badge;
    let mut server = Server::start(&w, "work");
    let mode = std::fs::metadata(&server.socket).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o660);
    let mut term = server.console();
    sign_on(&mut term, &badge);
    term.wait_for("1 ");
    for scan in ["WDC-MENU-PICK", "A01", "1"] {
        term.scan_and_see(scan);
    }
    term.wait_for("1 of 2");
    // The gun's end is gone.
    term.kill();
    let mut term = server.console();
    sign_on(&mut term, &badge);
    term.wait_for("1 of 2");
    term.resize(80, 24);
    term.wait("the wide screen", |text| text.lines().any(|line| line.len() > 45));
    // The other end is gone: the terminal is put back, and another server goes on.
    server.child.kill().unwrap();
    server.child.wait().unwrap();
    let until = Instant::now() + Duration::from_secs(10);
    while term.child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < until, "the console stays:\n{}", term.text());
        std::thread::sleep(Duration::from_millis(20));
    }
    let again = Server::start(&w, "work");
    let mut term = again.console();
    sign_on(&mut term, &badge);
    term.wait_for("1 of 2");
    term.scan_and_see("T1");
    assert_eq!(w.number("SELECT sum(qty)::bigint FROM movement WHERE reason = 'pick'").await, 1);
    // Ctrl-C at the door leaves.
    let mut other = again.console();
    other.wait_for("Scan your badge");
    other.send(&[3]);
    let until = Instant::now() + Duration::from_secs(10);
    while other.child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < until, "still there:\n{}", other.text());
        std::thread::sleep(Duration::from_millis(20));
    }
    term.kill();
    drop((server, again));
    w.check().await;
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_terminals_share_a_few_connections_and_a_bad_one_harms_nobody() {
    let w = World::new().await;
    let server = Server::start(&w, "many");
    let mut badges = Vec::new();
    for n in 0..12 {
        badges.push(w.person(&format!("P{n}"), Role::Picker).await.badge);
    }
    // Whoever says nothing, too much, or what is none of it.
    let open = || UnixStream::connect(&server.socket).unwrap();
    let silent: Vec<UnixStream> = (0..20).map(|_| open()).collect();
    let long = [b"h".as_slice(), &u16::MAX.to_be_bytes(), &[b' '; 65535]].concat();
    for nonsense in [b"GET / HTTP/1.1\r\n\r\n".as_slice(), &[0xff; 4096], b"h\0\x02{}", &long] {
        let mut line = open();
        let _ = line.write_all(nonsense);
        line.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let mut said = Vec::new();
        let _ = line.read_to_end(&mut said);
        assert!(said.is_empty(), "{}", String::from_utf8_lossy(&said));
    }
    let mut terms: Vec<Term> = badges.iter().map(|_| server.console()).collect();
    for (term, badge) in terms.iter_mut().zip(&badges) {
        sign_on(term, badge);
    }
    for term in &mut terms {
        term.wait_for("1 ");
        term.scan_and_see("WDC-MENU-PICK");
    }
    let held = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'wavedeck serve'
        AND datname = current_database()";
    let held = w.number(held).await;
    assert!((1..=3).contains(&held), "{held} connections for twelve terminals");
    std::thread::sleep(limits::SERVED_HELLO);
    for mut line in silent {
        line.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        assert_eq!(line.read(&mut [0; 16]).unwrap_or(0), 0, "who says nothing is let go");
    }
    // Told to end, it works off what was scanned and lets all of them go.
    let id = server.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    let until = Instant::now() + Duration::from_secs(15);
    while terms.iter_mut().any(|term| term.child.try_wait().unwrap().is_none()) {
        assert!(Instant::now() < until, "a console stays");
        std::thread::sleep(Duration::from_millis(50));
    }
    while Path::new(&server.socket).exists() {
        assert!(Instant::now() < until, "the socket stays");
        std::thread::sleep(Duration::from_millis(50));
    }
    drop(server);
    w.end().await;
}

#[tokio::test]
async fn nobody_at_the_socket_is_said() {
    let ran = Command::new(program())
        .env("WAVEDECK_SOCKET", "/nowhere/console.sock")
        .env("WAVEDECK_LANG", "en")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert!(ran.status.code() == Some(3) && said.contains("wavedeck serve"), "{said}");
}

/// A line that is cut right behind its last byte: what was scanned is worked off all the same.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_scanned_before_the_line_was_cut_is_worked_off() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 2)])]).await;
    w.release().await;
    let badge = w.person("P", Role::Picker).await.badge;
    let server = Server::start(&w, "cut");
    let hello = Hello {
        version: VERSION.to_owned(),
        lang: Lang::En,
        appearance: Appearance::default(),
        keymap: Keymap::named("default").unwrap(),
        framing: Framing::default(),
        terminal: "\u{7}\0".to_owned(),
        size: (u16::MAX, u16::MAX),
    };
    let mut to = tokio::net::UnixStream::connect(&server.socket).await.unwrap();
    line::say(&mut to, &Said::Hello(serde_json::to_vec(&hello).unwrap())).await.unwrap();
    let scans = [badge.as_str(), PIN, "WDC-MENU-PICK", "A01", "2", "T1"].join("\r");
    line::say(&mut to, &Said::Typed(format!("{scans}\r").into_bytes())).await.unwrap();
    drop(to);
    let until = Instant::now() + Duration::from_secs(20);
    let picked = "SELECT coalesce(sum(qty), 0)::bigint FROM movement WHERE reason = 'pick'";
    while w.number(picked).await < 2 {
        assert!(Instant::now() < until, "the scans are lost");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let named = "SELECT terminal FROM standing JOIN person p ON p.id = person_id WHERE code = 'P'";
    assert_eq!(w.text(named).await, "terminal");
    drop(server);
    w.end().await;
}
