//! Two servers, a primary and its synchronous standby: the primary is killed, frozen, made read
//! only, and the standby promoted. Consoles and the background task go on there; what was confirmed
//! is there, once; and who was cut off is not believed when it comes back.

use crate::support::term::Term;
use crate::support::{PIN, Robot, Role, World, ctx_at, pin_key_file, program};
use serde_json::json;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use uuid::Uuid;
use wavedeck::cluster::{Cluster, Hold, OWNER};
use wavedeck::jobs;
use wavedeck::links::standin::shop::Standin;
use wavedeck::protocol::{Input, Kind};
use wavedeck::store::hosts;
use wavedeck::store::schema::{self, Login};
use wavedeck::work;

const DATABASE: &str = "failover";
const PICKERS: usize = 4;

/// One of the two servers.
struct Node {
    home: PathBuf,
    cluster: Cluster,
    hold: Option<Hold>,
}

impl Node {
    fn new(name: &str) -> Node {
        let home =
            std::env::temp_dir().join(format!("wavedeck-test-{}-{name}", std::process::id()));
        let cluster = Cluster::new(&home).unwrap().temporary();
        Node { home, cluster, hold: None }
    }

    fn start(&mut self) {
        let hold = self.cluster.hold(program()).unwrap_or_else(|error| {
            let log = std::fs::read_to_string(self.home.join("pg/server.log"));
            panic!("{error}: {}", log.unwrap_or_default())
        });
        self.hold = Some(hold);
    }

    fn url(&self, role: &str) -> String {
        self.cluster.url(role, DATABASE)
    }

    async fn ask(&self, sql: &str) {
        let mut conn =
            <sqlx::PgConnection as sqlx::Connection>::connect(&self.cluster.url(OWNER, "postgres"))
                .await
                .unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut conn).await.unwrap();
    }

    /// Becomes a standby of another server, from a fresh copy of it, and is waited for by its
    /// commits.
    async fn follow(&mut self, primary: &Node) {
        let data = self.home.join("pg");
        for dir in [self.home.join("run"), data.clone()] {
            drop(std::fs::remove_dir_all(&dir));
            std::fs::create_dir_all(&dir).unwrap();
        }
        let like = std::fs::metadata(primary.home.join("pg")).unwrap();
        for dir in [data.clone(), self.home.join("run")] {
            std::os::unix::fs::chown(&dir, Some(like.uid()), Some(like.gid())).unwrap();
            std::fs::set_permissions(&dir, like.permissions()).unwrap();
        }
        let opts = std::fs::read_to_string(primary.home.join("pg/postmaster.opts")).unwrap();
        let server = Path::new(opts.split_whitespace().next().unwrap());
        let from = format!("host={} user={OWNER}", primary.home.join("run").display());
        let mut copy = Command::new(server.with_file_name("pg_basebackup"));
        copy.args(["-R", "-c", "fast", "-X", "stream", "-d", &from, "-D"])
            .arg(&data)
            .current_dir("/");
        if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
            copy.uid(like.uid()).gid(like.gid());
        }
        let done = copy.output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        self.start();
        primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'").await;
        primary.ask("SELECT pg_reload_conf()").await;
        primary
            .ask(
                "DO $$ BEGIN WHILE NOT EXISTS (
                   SELECT 1 FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')
                 ) LOOP PERFORM pg_sleep(0.05); PERFORM pg_stat_clear_snapshot(); END LOOP; END $$",
            )
            .await;
    }

    /// What whoever looks after the servers does when the primary is gone.
    async fn promote(&self) {
        self.ask("ALTER SYSTEM SET synchronous_standby_names = ''").await;
        self.ask("SELECT pg_reload_conf()").await;
        self.ask("SELECT pg_promote(true, 60)").await;
    }

    /// The postmaster, and its processes while it cannot make another one.
    fn processes(&self) -> Vec<i32> {
        let pid_file = std::fs::read_to_string(self.home.join("pg/postmaster.pid")).unwrap();
        let first: i32 = pid_file.lines().next().unwrap().trim().parse().unwrap();
        signal("-STOP", &[first]);
        let others = std::fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| {
            let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            let parent: i32 = stat.rsplit_once(") ")?.1.split(' ').nth(1)?.parse().ok()?;
            (parent == first).then_some(pid)
        });
        std::iter::once(first).chain(others).collect()
    }

    fn freeze(&self) {
        signal("-STOP", &self.processes());
    }

    fn thaw(&self) {
        signal("-CONT", &self.processes());
    }

    /// As if the machine were gone.
    async fn kill(&self) {
        let processes = self.processes();
        signal("-KILL", &processes);
        while processes.iter().any(|pid| is_alive(*pid)) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn signal(signal: &str, pids: &[i32]) {
    // Some of them may end meanwhile.
    drop(Command::new("kill").arg(signal).args(pids.iter().map(i32::to_string)).output().unwrap());
}

/// Ended processes that nobody has asked about are none.
fn is_alive(pid: i32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| !stat.rsplit_once(") ").is_some_and(|(_, state)| state.starts_with('Z')))
}

/// All hosts in one URL.
fn list(nodes: [&Node; 2], role: &str) -> String {
    let [first, second] = nodes.map(|node| node.url(role));
    let host = second.split('@').nth(1).unwrap().split('/').next().unwrap();
    let (head, tail) = first.rsplit_once('/').unwrap();
    format!("{head},{host}/{tail}")
}

/// What pickers were told was done.
#[derive(Default)]
struct Confirmed {
    picks: Mutex<Vec<Uuid>>,
    /// When each picker was answered last.
    scans: [AtomicUsize; PICKERS],
}

async fn pick_until(
    mut robot: Robot,
    nth: usize,
    mut totes: Vec<String>,
    told: Arc<Confirmed>,
    stop: watch::Receiver<bool>,
) {
    while !*stop.borrow() {
        let Some(expect) = robot.last.expects.first().cloned() else { return };
        let scan = match robot.last.page.prompt.key.as_str() {
            "pick-prompt-free-tote" => totes.pop().unwrap(),
            _ => expect.scan.clone(),
        };
        let request = robot.request(Input::Scan { text: scan.clone(), typed: false });
        robot.last = loop {
            match work::perform(&robot.ctx, &request).await {
                Ok(reply) => break reply,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        };
        assert!(!robot.last.refused(), "{scan}: {:?}", robot.last.feedback);
        if expect.kind == Kind::Tote {
            told.picks.lock().unwrap().push(request.command);
        }
        told.scans[nth].fetch_add(1, Ordering::SeqCst);
        // As fast as a hurried person, so that there is work left for every mishap.
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Waits until every picker was answered so many times more; returns how long that took.
async fn all_go_on(told: &Confirmed, more: usize) -> Duration {
    let begun = Instant::now();
    let before: Vec<usize> = told.scans.iter().map(|n| n.load(Ordering::SeqCst)).collect();
    while told.scans.iter().zip(&before).any(|(n, was)| n.load(Ordering::SeqCst) < was + more) {
        assert!(begun.elapsed() < Duration::from_secs(60), "somebody does not go on");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    begun.elapsed()
}

/// The real program, signed on at.
fn console(url: &str, node: &Node, badge: &str) -> Term {
    let home = node.home.to_str().unwrap();
    let key = pin_key_file();
    let env = [
        ("WAVEDECK_DATABASE_URL", url),
        ("WAVEDECK_HOME", home),
        ("WAVEDECK_PIN_KEY_FILE", key.to_str().unwrap()),
    ];
    let mut term = Term::start(program(), &["--lang", "en"], &env, (80, 24));
    term.wait_for("Scan your badge");
    term.scan(badge);
    term.wait_for("PIN");
    term.scan(PIN);
    term
}

async fn follows_the_newest(nodes: [&Node; 2], primary: &Node) {
    let [a, b] = nodes;
    for order in [[a, b], [b, a]] {
        let found = hosts::primary(&list(order, Login::Session.role())).await.unwrap();
        assert_eq!(found, primary.url(Login::Session.role()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn consoles_go_on_where_the_standby_was_promoted() {
    let (mut a, mut b) = (Node::new("fa"), Node::new("fb"));
    a.start();
    let server = a.cluster.url(OWNER, "postgres");
    schema::make_roles(&server).await.unwrap();
    schema::create_database(&server, DATABASE, None).await.unwrap();
    schema::migrate(&a.url(OWNER)).await.unwrap();
    let url = list([&a, &b], Login::Session.role());
    let mut w = World::at(|role| list([&a, &b], role), DATABASE.into()).await;
    w.owner_url = a.url(OWNER);
    let shop = Standin::new("k", "s");
    let shop_url = shop.serve(0).await.unwrap();
    w.move_shop("S1", &shop_url).await;
    let bins: Vec<String> = (1..=8).map(|n| format!("A{n:02}")).collect();
    let items: Vec<String> = (0..8).map(|n| format!("I{n}")).collect();
    let stock: Vec<_> =
        bins.iter().zip(&items).map(|(bin, sku)| (&**bin, &**sku, "L1", 90, 2000)).collect();
    w.stock(&stock).await;
    let orders: Vec<String> = (0..160).map(|n| format!("O{n}")).collect();
    let lines: Vec<(&str, i64)> = items.iter().map(|sku| (sku.as_str(), 1)).collect();
    let orders: Vec<(&str, &[(&str, i64)])> =
        orders.iter().map(|no| (no.as_str(), &lines[..])).collect();
    w.orders(&orders).await;
    w.release().await;
    b.follow(&a).await;

    let told = Arc::new(Confirmed::default());
    let (stop, stopped) = watch::channel(false);
    let background = tokio::spawn(jobs::run(w.worker.clone(), stopped.clone()));
    let mut pickers = Vec::new();
    for nth in 0..PICKERS {
        // Each console has its own connections.
        let ctx = ctx_at(&url, "gun", 2);
        let mut robot = Robot { ctx, ..w.person(&format!("P{nth}"), Role::Picker).await };
        robot.ok("WDC-MENU-PICK").await;
        let totes = (1..=29).map(|n| format!("T{}", nth * 30 + n)).collect();
        pickers.push(tokio::spawn(pick_until(robot, nth, totes, told.clone(), stopped.clone())));
    }
    let badge = w.person("V", Role::Supervisor).await.badge;
    let mut term = console(&url, &b, &badge);
    term.wait_for("Board");
    all_go_on(&told, 5).await;

    // Killed: the processes are gone at once, as the machine would be.
    a.kill().await;
    term.send(b"WDC-MENU-BOARD\r");
    term.wait_for("NO CONNECTION");
    b.promote().await;
    eprintln!("killed: all went on after {:?}", all_go_on(&told, 3).await);
    term.wait("the deck", |text| text.contains("PEOPLE") && !text.contains("NO CONNECTION"));
    a.follow(&b).await;
    follows_the_newest([&a, &b], &b).await;
    all_go_on(&told, 5).await;

    // Frozen: it is there, takes connections, and says nothing.
    b.freeze();
    tokio::time::sleep(Duration::from_millis(300)).await;
    term.send(b"WDC-BACK\r");
    a.promote().await;
    eprintln!("frozen: all went on after {:?}", all_go_on(&told, 3).await);
    term.wait("the menu", |text| !text.contains("PEOPLE") && !text.contains("!! "));
    // It wakes and believes that it is the primary.
    b.thaw();
    follows_the_newest([&a, &b], &a).await;
    all_go_on(&told, 5).await;
    b.kill().await;
    b.follow(&a).await;
    all_go_on(&told, 5).await;

    // Read only: it answers every read and refuses every write.
    a.ask("ALTER SYSTEM SET default_transaction_read_only = on").await;
    a.ask("SELECT pg_reload_conf()").await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    b.promote().await;
    eprintln!("read only: all went on after {:?}", all_go_on(&told, 3).await);
    follows_the_newest([&a, &b], &b).await;

    shop.put([json!(World::order_json("LATE", &[("I0", 1)]))]);
    w.owner_url = b.url(OWNER);
    let until = Instant::now() + Duration::from_secs(60);
    while w.number("SELECT count(*) FROM orders WHERE order_no = 'LATE'").await == 0 {
        assert!(Instant::now() < until, "the background task did not go on");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    stop.send_replace(true);
    for picker in pickers {
        picker.await.unwrap();
    }
    background.await.unwrap();
    term.kill();

    let confirmed = told.picks.lock().unwrap().clone();
    assert!(confirmed.len() > 40, "{}", confirmed.len());
    let numbers: Vec<String> = confirmed.iter().map(|id| format!("'{id}'")).collect();
    let there = format!(
        "SELECT count(DISTINCT command) FROM movement WHERE reason = 'pick' AND command IN ({})",
        numbers.join(",")
    );
    assert_eq!(w.number(&there).await, confirmed.len() as i64, "a confirmed pick is lost");
    let twice = "SELECT count(*) - count(DISTINCT command) FROM movement WHERE reason = 'pick'";
    assert_eq!(w.number(twice).await, 0, "a pick is there twice");
    w.check().await;
    w.office.db.close().await;
    for node in [&mut a, &mut b] {
        let hold = node.hold.take().unwrap();
        tokio::task::spawn_blocking(move || hold.release_and_wait()).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_says_nothing_keeps_nobody() {
    let mut node = Node::new("fc");
    node.start();
    let server = node.cluster.url(OWNER, "postgres");
    schema::make_roles(&server).await.unwrap();
    schema::create_database(&server, DATABASE, None).await.unwrap();
    schema::migrate(&node.url(OWNER)).await.unwrap();
    let url = node.url(Login::Session.role());
    let w = World::at(|role| node.url(role), DATABASE.into()).await;
    let badge = w.person("V", Role::Picker).await.badge;
    let mut term = console(&url, &node, &badge);
    term.wait_for("Put back");
    node.freeze();
    term.scan("WDC-MENU-PUTBACK");
    term.wait_for("SLOW");
    // It is not sent for ever: after half a minute the person decides, and may leave.
    tokio::time::sleep(wavedeck::limits::GESTURE_PATIENCE / 2).await;
    term.wait_for("NO ANSWER");
    term.send(b"\x03");
    let until = Instant::now() + Duration::from_secs(15);
    while term.child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < until, "it does not let go");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    node.thaw();
    // What was scanned is done or not; the person stands where that says, and works on.
    let mut term = console(&url, &node, &badge);
    term.wait("the person's screen", |text| !text.contains("PIN"));
    term.scan("WDC-MENU-PUTBACK");
    term.wait_for("Put back");
    term.kill();
    w.check().await;
    w.office.db.close().await;
    let hold = node.hold.take().unwrap();
    tokio::task::spawn_blocking(move || hold.release_and_wait()).await.unwrap();
}
