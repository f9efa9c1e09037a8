//! Power cuts and cut lines: Postgres stopped as if the plug were pulled, the connection cut
//! between COMMIT and its answer, a terminal that dies. Afterwards nothing is lost, nothing is
//! there twice, and the shop was told once.

use crate::support::{Robot, Role, World, ctx_at, program};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use wavedeck::cluster::{Cluster, OWNER};
use wavedeck::jobs;
use wavedeck::links::standin::shop::{Faults, Standin};
use wavedeck::protocol::{Input, Reply, Request};
use wavedeck::store::schema::{self, Login};
use wavedeck::work::{self, Ctx};

/// A line to the database that can be cut just after the server has committed.
struct Line {
    cut_next_commit: Arc<AtomicBool>,
    cuts: Arc<AtomicU32>,
}

impl Line {
    fn open(from: &Path, to: PathBuf) -> Line {
        let line = Line { cut_next_commit: Arc::default(), cuts: Arc::default() };
        let listener = UnixListener::bind(from).unwrap();
        let (armed, cuts) = (line.cut_next_commit.clone(), line.cuts.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if let Ok(server) = UnixStream::connect(&to).await {
                    tokio::spawn(carry(client, server, armed.clone(), cuts.clone()));
                }
            }
        });
        line
    }
}

async fn carry(
    mut client: UnixStream,
    mut server: UnixStream,
    armed: Arc<AtomicBool>,
    cuts: Arc<AtomicU32>,
) {
    let (mut up, mut down) = ([0u8; 65536], [0u8; 65536]);
    loop {
        tokio::select! {
            read = client.read(&mut up) => {
                let Ok(n @ 1..) = read else { return };
                let commits = up[..n].windows(6).any(|w| w == b"COMMIT")
                    && armed.swap(false, Ordering::SeqCst);
                if server.write_all(&up[..n]).await.is_err() { return }
                if commits {
                    // The server answers, so it has committed; the answer goes nowhere.
                    let _ = server.read(&mut down).await;
                    cuts.fetch_add(1, Ordering::SeqCst);
                    return;
                }
            }
            read = server.read(&mut down) => {
                let Ok(n @ 1..) = read else { return };
                if client.write_all(&down[..n]).await.is_err() { return }
            }
        }
    }
}

/// Sends a gesture as a session does: the same one again until it is answered.
pub async fn insist(ctx: &Ctx, request: &Request) -> Reply {
    for _ in 0..400 {
        match work::perform(ctx, request).await {
            Ok(reply) => return reply,
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    panic!("the database never came back");
}

/// What goes wrong around a scan.
#[derive(Clone, Copy)]
enum Mishap {
    Nothing,
    /// Postgres is stopped as if the plug were pulled, and started again.
    PowerCut,
    /// The line is cut between COMMIT and its answer.
    LostAnswer,
    /// The gun dies; the person badges in at another one.
    DeadGun,
}

struct Shift {
    plan: fn(&mut fastrand::Rng) -> Mishap,
    cluster: Cluster,
    line: Line,
    rng: fastrand::Rng,
    crashes: u32,
}

impl Shift {
    /// One scan with whatever goes wrong around it.
    async fn scan(&mut self, robot: &mut Robot, text: &str) {
        match (self.plan)(&mut self.rng) {
            Mishap::PowerCut => {
                self.cluster.crash_and_restart().unwrap();
                self.crashes += 1;
            }
            Mishap::LostAnswer => self.line.cut_next_commit.store(true, Ordering::SeqCst),
            Mishap::DeadGun => {
                let mut other = Robot::at_door(robot.ctx.clone(), &robot.badge);
                let pin = other.request(Input::Pin {
                    badge: robot.badge.clone(),
                    pin: wavedeck::protocol::Pin(crate::support::PIN.into()),
                });
                other.last = insist(&robot.ctx, &pin).await;
                assert_eq!(other.last.page, robot.last.page);
                *robot = other;
            }
            Mishap::Nothing => {}
        }
        let request = robot.request(Input::Scan { text: text.into(), typed: false });
        robot.last = insist(&robot.ctx, &request).await;
        assert!(!robot.last.refused(), "{text}: {:?}", robot.last.feedback);
        // A late repeat of the same gesture gets the same answer.
        let again = insist(&robot.ctx, &request).await;
        assert!(again == robot.last || robot.said() == "pack-done", "{again:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_before_every_scan() {
    let (crashes, _) = shift("power", |_| Mishap::PowerCut).await;
    assert!(crashes >= 20, "{crashes}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_lost_after_every_commit() {
    let (_, cuts) = shift("answer", |_| Mishap::LostAnswer).await;
    assert!(cuts >= 20, "{cuts}");
}

#[tokio::test(flavor = "multi_thread")]
async fn anything_that_breaks_in_any_order() {
    let (crashes, cuts) = shift("mixed", |rng| match rng.u8(..5) {
        0 => Mishap::PowerCut,
        1 | 2 => Mishap::LostAnswer,
        3 => Mishap::DeadGun,
        _ => Mishap::Nothing,
    })
    .await;
    assert!(crashes > 2 && cuts > 4, "{crashes} crashes, {cuts} cuts");
}

/// Works three orders from the wave to the truck while things break; returns how often power and
/// answers were lost.
async fn shift(name: &str, plan: fn(&mut fastrand::Rng) -> Mishap) -> (u32, u32) {
    let seed =
        std::env::var("WAVEDECK_TEST_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(20_261_122);
    eprintln!("WAVEDECK_TEST_SEED={seed}");
    let home = std::env::temp_dir().join(format!("wavedeck-test-{}-{name}", std::process::id()));
    let cluster = Cluster::new(&home).unwrap().temporary();
    let hold = cluster.hold(program()).unwrap();
    schema::make_roles(&cluster.url(OWNER, "postgres")).await.unwrap();
    schema::create_database(&cluster.url(OWNER, "postgres"), "crash", None).await.unwrap();
    schema::migrate(&cluster.url(OWNER, "crash")).await.unwrap();
    let proxy = home.join("line");
    std::fs::create_dir(&proxy).unwrap();
    let line = Line::open(&proxy.join(".s.PGSQL.5432"), home.join("run/.s.PGSQL.5432"));
    let w = World::at(|role| cluster.url(role, "crash"), "crash".into()).await;
    let shop = Standin::new("k", "s");
    let url = shop.serve(0).await.unwrap();
    w.move_shop("S1", &url).await;
    w.stock(&[("A01", "I0", "L1", 50, 20), ("A02", "I1", "L1", 60, 20)]).await;
    for (no, lines) in
        [("O1", &[("I0", 2), ("I1", 1)][..]), ("O2", &[("I0", 1)]), ("O3", &[("I1", 3)])]
    {
        shop.put([World::order_json(no, lines)]);
        w.orders(&[(no, lines)]).await;
    }
    w.release().await;
    let (picker, packer) = (w.person("P", Role::Picker).await, w.person("Q", Role::Packer).await);

    // From here on the floor's line runs through the proxy.
    let floor_url = cluster.url(Login::Session.role(), "crash").replace("%2Frun/", "%2Fline/");
    assert!(floor_url.contains("line"));
    let ctx = ctx_at(&floor_url, "floor", 4);
    let mut shift = Shift {
        plan,
        cluster: cluster.clone(),
        line,
        rng: fastrand::Rng::with_seed(seed),
        crashes: 0,
    };
    let (mut p, mut q) =
        (Robot { ctx: ctx.clone(), ..picker }, Robot { ctx: ctx.clone(), ..packer });
    shift.scan(&mut p, "WDC-MENU-PICK").await;
    for _ in 0..60 {
        let Some(expect) = p.last.expects.first().cloned().filter(|e| e.code != "NEXT") else {
            break;
        };
        shift.scan(&mut p, &expect.scan).await;
    }
    shift.scan(&mut q, "WDC-MENU-PACK").await;
    for _ in 0..60 {
        let Some(expect) = q.last.expects.first().cloned() else { break };
        shift.scan(&mut q, &expect.scan).await;
    }
    shift.scan(&mut q, "WDC-MENU-HANDOVER").await;
    for _ in 0..3 {
        let parcel = q.last.expects[0].scan.clone();
        shift.scan(&mut q, &parcel).await;
    }
    shift.scan(&mut q, "WDC-CLOSE").await;

    // The shop applies the first dispatch and its answer is lost.
    shop.misbehave(Faults { drop_answers: 2, ..Faults::default() });
    let (stop, stopped) = watch::channel(false);
    let background = tokio::spawn(jobs::run(w.worker.clone(), stopped));
    for _ in 0..600 {
        if w.number("SELECT count(*) FROM outbox WHERE state = 'sent'").await == 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stop.send_replace(true);
    background.await.unwrap();
    assert_eq!(
        w.number("SELECT count(*) FROM outbox WHERE state = 'sent' AND attempts > 1").await,
        2
    );
    let mut told: Vec<String> =
        shop.dispatches().iter().map(|d| d["order_no"].as_str().unwrap().to_owned()).collect();
    told.sort();
    assert_eq!(told, ["O1", "O2", "O3"]);
    assert_eq!(w.number("SELECT sum(qty)::bigint FROM movement WHERE reason = 'pick'").await, 7);
    assert_eq!(w.number("SELECT sum(qty)::bigint FROM movement WHERE reason = 'pack'").await, 7);
    assert_eq!(
        w.number("SELECT sum(qty)::bigint FROM movement WHERE reason = 'hand_over'").await,
        7
    );
    assert_eq!(w.number("SELECT count(*) FROM label").await, 3);
    assert_eq!(w.number("SELECT sum(on_hand)::bigint FROM stock").await, 33);
    w.check().await;
    ctx.db.close().await;
    w.office.db.close().await;
    tokio::task::spawn_blocking(move || hold.release_and_wait()).await.unwrap();
    (shift.crashes, shift.line.cuts.load(Ordering::SeqCst))
}
