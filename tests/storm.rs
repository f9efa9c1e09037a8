//! A storm: robots work a floor from the pull to the truck while everything around them breaks, in
//! an order that a seed says. Afterwards nothing is lost and nothing is there twice: picks, packs,
//! waybills, what shops were told; a label came once, or says that it is a copy.
//!
//! Twenty seconds in the suite; an hour by hand:
//! `WAVEDECK_STORM_S=3600 WAVEDECK_TEST_SEED=7 cargo test storm -- --nocapture`.

use crate::crash::insist;
use crate::support::printer::{Mode, Printer};
use crate::support::{Robot, Role, World, ctx_at, key_files, program};
use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};
use wavedeck::cluster::{Cluster, OWNER};
use wavedeck::links::standin::shop::{Faults, Standin};
use wavedeck::protocol::Input;
use wavedeck::store::schema::{self, Login};

fn from_env(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// The background task as a process of its own, so that it can be killed.
struct Worker {
    url: String,
    child: Child,
}

impl Worker {
    fn start(url: String) -> Worker {
        let child = Command::new(program())
            .arg("worker")
            .env("WAVEDECK_DATABASE_URL", &url)
            .envs(key_files())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Worker { url, child }
    }

    fn is_killed(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        *self = Worker::start(self.url.clone());
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Scans until it is answered; what is refused is looked at anew.
async fn scan(robot: &mut Robot, text: &str) {
    let request = robot.request(Input::Scan { text: text.into(), typed: false });
    robot.last = insist(&robot.ctx, &request).await;
}

/// Who works at an activity, and does what the screen asks for until the day is over.
async fn works(mut robot: Robot, activity: &'static str, seed: u64, over: Arc<AtomicBool>) -> u32 {
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut scans = 0;
    while !over.load(Ordering::Relaxed) {
        if robot.last.operator.is_none() {
            let pin = Input::Pin {
                badge: robot.badge.clone(),
                pin: wavedeck::protocol::Pin(crate::support::PIN.into()),
            };
            let request = robot.request(pin);
            robot.last = insist(&robot.ctx, &request).await;
        }
        let expected =
            robot.last.expects.iter().find(|e| !["NEXT", "BACK"].contains(&e.code.as_str()));
        match expected.map(|expect| expect.scan.clone()) {
            // The gun dies now and then, and the person badges in at another.
            Some(_) if rng.u8(..) < 3 => {
                robot = Robot::at_door(robot.ctx.clone(), &robot.badge);
            }
            Some(code) => {
                scan(&mut robot, &code).await;
                scans += 1;
                if robot.last.refused() {
                    scan(&mut robot, activity).await;
                }
            }
            None => {
                tokio::time::sleep(Duration::from_millis(150)).await;
                scan(&mut robot, activity).await;
            }
        }
    }
    scans
}

/// Releases whatever is ready, and answers what waits for a supervisor.
async fn supervises(mut boss: Robot, over: Arc<AtomicBool>) {
    while !over.load(Ordering::Relaxed) {
        for text in ["WDC-MENU-WAVE", "WDC-RELEASE", "WDC-BACK"] {
            scan(&mut boss, text).await;
        }
        tokio::time::sleep(Duration::from_millis(700)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn storm() {
    let (seconds, seed) = (from_env("WAVEDECK_STORM_S", 20), from_env("WAVEDECK_TEST_SEED", 11));
    eprintln!("WAVEDECK_STORM_S={seconds} WAVEDECK_TEST_SEED={seed}");
    let home = std::env::temp_dir().join(format!("wavedeck-test-{}-storm", std::process::id()));
    let cluster = Cluster::new(&home).unwrap().temporary();
    let hold = cluster.hold(program()).unwrap();
    schema::make_roles(&cluster.url(OWNER, "postgres")).await.unwrap();
    schema::create_database(&cluster.url(OWNER, "postgres"), "storm", None).await.unwrap();
    schema::migrate(&cluster.url(OWNER, "storm")).await.unwrap();
    let w = World::at(|role| cluster.url(role, "storm"), "storm".into()).await;
    let (shop, printer) = (Standin::new("k", "s"), Printer::start(Mode::Fine).await);
    w.move_shop("S1", &shop.serve(0).await.unwrap()).await;
    w.sql(&format!("UPDATE printer SET url = '{}'", printer.url)).await;
    let orders = 40 + 3 * seconds as usize;
    let goods: Vec<(String, String)> =
        (0..8).map(|n| (format!("A{:02}", n + 1), format!("I{n}"))).collect();
    for (bin, sku) in &goods {
        w.stock(&[(bin.as_str(), sku.as_str(), "L1", 100, 10_000)]).await;
    }
    let mut rng = fastrand::Rng::with_seed(seed);
    let mut units = 0;
    for n in 0..orders {
        let (one, other) = (rng.usize(0..4), rng.usize(4..8));
        let (few, more) = (rng.i64(1..3), rng.i64(1..4));
        let lines = [(format!("I{one}"), few), (format!("I{other}"), more)];
        let lines: Vec<(&str, i64)> =
            lines.iter().take(1 + n % 2).map(|(sku, qty)| (sku.as_str(), *qty)).collect();
        units += lines.iter().map(|(_, qty)| qty).sum::<i64>();
        shop.put([World::order_json(&format!("S{n}"), &lines)]);
    }
    let mut worker = Worker::start(cluster.url(Login::Worker.role(), "storm"));
    let over = Arc::new(AtomicBool::new(false));
    let ctx = ctx_at(&cluster.url(Login::Session.role(), "storm"), "storm", 16);
    let mut at_work = tokio::task::JoinSet::new();
    let mut put_to_work = async |code: &str, role: Role, activity: &'static str, bench: bool| {
        let robot = w.person(code, role).await;
        let mut robot = Robot { ctx: ctx.clone(), ..robot };
        scan(&mut robot, activity).await;
        if bench {
            scan(&mut robot, "BENCH").await;
        }
        let (over, seed) = (over.clone(), rng.u64(..));
        at_work.spawn(async move { works(robot, activity, seed, over).await });
    };
    for n in 0..6 {
        put_to_work(&format!("P{n}"), Role::Picker, "WDC-MENU-PICK", false).await;
    }
    for n in 0..3 {
        put_to_work(&format!("Q{n}"), Role::Packer, "WDC-MENU-PACK", true).await;
    }
    put_to_work("T0", Role::Packer, "WDC-MENU-HANDOVER", false).await;
    let boss = w.person("BOSS", Role::Supervisor).await;
    let boss = tokio::spawn(supervises(Robot { ctx: ctx.clone(), ..boss }, over.clone()));

    let broken = Arc::new(AtomicU32::new(0));
    let until = Instant::now() + Duration::from_secs(seconds);
    while Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(rng.u64(200..900))).await;
        broken.fetch_add(1, Ordering::Relaxed);
        match rng.u8(0..8) {
            0 => {
                let cluster = cluster.clone();
                tokio::task::spawn_blocking(move || cluster.crash_and_restart().unwrap())
                    .await
                    .unwrap();
            }
            1 | 2 => worker.is_killed(),
            3 => {
                let _ = w
                    .try_sql(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                         WHERE datname = 'storm' AND pid <> pg_backend_pid() AND random() < 0.5",
                    )
                    .await;
            }
            4 | 5 => {
                let modes =
                    [Mode::Fine, Mode::Reads(60), Mode::PaperOut, Mode::RunsOut, Mode::Closes];
                printer.becomes(modes[rng.usize(0..modes.len())]);
            }
            6 => shop.misbehave(Faults { drop_answers: 2, ..Faults::default() }),
            _ => shop.misbehave(Faults { down: rng.bool(), ..Faults::default() }),
        }
    }
    // The weather is fair again: what is under way comes to its end.
    printer.becomes(Mode::Fine);
    shop.misbehave(Faults::default());
    w.sql("UPDATE print_job SET next_at = now() WHERE done_at IS NULL").await;
    w.sql("UPDATE job SET next_at = now() WHERE kind = 'pull'").await;
    let until = Instant::now() + Duration::from_secs(60 + seconds);
    let packed = "SELECT count(*) FROM shipment WHERE state IN ('packed', 'handed_over')";
    while w.number(packed).await < orders as i64 {
        assert!(Instant::now() < until, "{}", standstill(&w).await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    over.store(true, Ordering::Relaxed);
    let mut scans = 0;
    while let Some(done) = at_work.join_next().await {
        scans += done.unwrap();
    }
    boss.await.unwrap();
    leave(&w, &ctx).await;
    let told = "SELECT count(*) FROM outbox WHERE kind = 'dispatch' AND state = 'sent'";
    while w.number(told).await < orders as i64 {
        w.sql("UPDATE outbox SET next_at = now() WHERE state = 'waiting'").await;
        assert!(Instant::now() < until, "{}", standstill(&w).await);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    let printed = "SELECT count(*) FROM print_job WHERE done_at IS NULL";
    while w.number(printed).await > 0 {
        w.sql(
            "UPDATE print_job SET next_at = now() WHERE done_at IS NULL AND next_at < now() + \
               interval '20 s'",
        )
        .await;
        assert!(Instant::now() < until, "{}", standstill(&w).await);
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    drop(worker);
    for reason in ["pick", "pack", "hand_over"] {
        let moved = format!("SELECT sum(qty)::bigint FROM movement WHERE reason = '{reason}'");
        assert_eq!(w.number(&moved).await, units, "{reason}");
    }
    let mut dispatches: BTreeMap<String, u32> = BTreeMap::new();
    for told in shop.dispatches() {
        *dispatches.entry(told["order_no"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    assert_eq!(dispatches.len(), orders);
    assert!(dispatches.values().all(|times| *times == 1), "{dispatches:?}");
    assert_eq!(w.number("SELECT count(DISTINCT waybill) FROM parcel").await, orders as i64);
    let mut originals: BTreeMap<String, u32> = BTreeMap::new();
    for label in printer.came().iter().filter(|label| !label.contains("^FDCOPY^FS")) {
        let sscc = label.split(">;>800").nth(1).unwrap().split("^FS").next().unwrap().to_owned();
        *originals.entry(sscc).or_default() += 1;
    }
    assert!(originals.values().all(|times| *times == 1), "{originals:?}");
    let called =
        w.number("SELECT count(*) FROM print_job WHERE state IN ('taken', 'printed')").await;
    assert!(called as usize <= printer.came().len(), "{called} of {}", printer.came().len());
    w.check().await;
    eprintln!(
        "{} mishaps, {scans} scans, {orders} orders, {} labels of which {} say COPY",
        broken.load(Ordering::Relaxed),
        printer.came().len(),
        printer.came().len() - originals.len()
    );
    ctx.db.close().await;
    w.office.db.close().await;
    tokio::task::spawn_blocking(move || hold.release_and_wait()).await.unwrap();
}

/// The last parcels onto the list, and the list closed.
async fn leave(w: &World, ctx: &Arc<wavedeck::work::Ctx>) {
    let truck = w.person("T9", Role::Packer).await;
    let mut truck = Robot { ctx: ctx.clone(), ..truck };
    scan(&mut truck, "WDC-MENU-HANDOVER").await;
    let waits = "SELECT coalesce(min(p.sscc), '') FROM parcel p WHERE p.state = 'labelled' AND NOT
        EXISTS (SELECT 1 FROM hand_over_parcel h WHERE h.parcel_id = p.place_id)";
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let sscc = w.text(waits).await;
        if sscc.is_empty() {
            break;
        }
        assert!(Instant::now() < until, "{sscc}: {}", standstill(w).await);
        scan(&mut truck, &sscc).await;
    }
    scan(&mut truck, "WDC-CLOSE").await;
}

/// Where everything is, for whoever reads why it took too long.
async fn standstill(w: &World) -> String {
    w.text(
        "SELECT concat_ws(' | ',
           (SELECT string_agg(state || ' ' || n, ', ') FROM (SELECT state, count(*) n FROM shipment
             GROUP BY 1) s),
           (SELECT string_agg(reason || ' ' || n, ', ') FROM (SELECT reason, count(*) n FROM
             exception WHERE done_at IS NULL GROUP BY 1) e),
           (SELECT string_agg(state || ' ' || n, ', ') FROM (SELECT state, count(*) n FROM print_job
             GROUP BY 1) p),
           (SELECT string_agg(state || ' ' || n, ', ') FROM (SELECT state, count(*) n FROM outbox
             GROUP BY 1) o),
           (SELECT string_agg(concat_ws(' ', pe.code, sd.step), ', ') FROM standing sd
             JOIN person pe ON pe.id = sd.person_id))",
    )
    .await
}
