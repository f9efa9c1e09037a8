//! What it costs to be old: the same live work on a hundredth and on all of a generated past, each
//! gesture, list and job side by side; the day's turn over many promises with a picker beside it;
//! promises of one item that break.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../support/mod.rs"]
#[allow(dead_code)]
mod support;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use support::{Robot, Role, World};
use wavedeck::protocol::Input;
use wavedeck::store::show::{self, ListKind};
use wavedeck::store::{self, fill, ingest, jobs, orders, turn};

/// Movements of a young site and of an old one.
const SIZES: [u32; 2] = [100_000, 10_000_000];
const ROUNDS: usize = 15;

fn at(values: &[f64], share: f64) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values[((values.len() - 1) as f64 * share).round() as usize]
}

fn ms(took: Duration) -> f64 {
    took.as_secs_f64() * 1000.0
}

/// A site with a past and a day's live work.
struct Site {
    w: World,
    picker: Robot,
    packer: Robot,
    boss: Robot,
    took: BTreeMap<String, Vec<f64>>,
    pulled: usize,
}

impl Site {
    async fn with_past(movements: u32) -> Site {
        let w = World::new().await;
        let bins: Vec<String> = (1..=8).map(|n| format!("A{n:02}")).collect();
        let skus: Vec<String> = (0..8).map(|n| format!("I{n}")).collect();
        let rows: Vec<_> = bins
            .iter()
            .zip(&skus)
            .map(|(bin, sku)| (bin.as_str(), sku.as_str(), "L1", 400, 50_000))
            .collect();
        w.stock(&rows).await;
        let picker = w.person("ALICE", Role::Picker).await;
        let packer = w.person("CARLA", Role::Packer).await;
        let boss = w.person("EDITH", Role::Supervisor).await;
        let begun = Instant::now();
        fill::add_past(&w.owner_url, movements).await.unwrap();
        println!("# a past of {movements} movements: {:.0} s", begun.elapsed().as_secs_f64());
        let mut site = Site { w, picker, packer, boss, took: BTreeMap::new(), pulled: 0 };
        for _ in 0..20 {
            site.pull().await;
        }
        site.boss.ok("WDC-MENU-WAVE").await;
        site.boss.ok("WDC-RELEASE").await;
        // As the worker does it every minute.
        site.look_again().await;
        site.picker.ok("WDC-MENU-PICK").await;
        site.packer.ok("WDC-MENU-PACK").await;
        site.packer.ok("BENCH").await;
        site.took.clear();
        site
    }

    async fn look_again(&self) {
        let mut tx = self.w.worker.db.begin().await.unwrap();
        jobs::look_again(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    fn took(&mut self, what: &str, begun: Instant) {
        self.took.entry(what.to_owned()).or_default().push(ms(begun.elapsed()));
    }

    /// Ten orders of three lines come in and are promised.
    async fn pull(&mut self) {
        let begun = Instant::now();
        let mut tx = self.w.worker.db.begin().await.unwrap();
        for _ in 0..10 {
            self.pulled += 1;
            let n = self.pulled;
            let lines: Vec<(String, i64)> =
                (0..3).map(|k| (format!("I{}", (n + k * 3) % 8), 1)).collect();
            let lines: Vec<(&str, i64)> =
                lines.iter().map(|(sku, qty)| (sku.as_str(), *qty)).collect();
            let order = World::parse(World::order_json(&format!("N{n}"), &lines));
            ingest::order(&mut tx, self.w.shop, &order).await.unwrap();
        }
        tx.commit().await.unwrap();
        self.took("pull", begun);
        let begun = Instant::now();
        let mut tx = self.w.worker.db.begin().await.unwrap();
        orders::promise_waiting(&mut tx, 1000).await.unwrap();
        tx.commit().await.unwrap();
        self.took("promise", begun);
    }

    /// The scans of six picks, and of what is packed then.
    async fn pick(&mut self) {
        for _ in 0..12 {
            let Some(expect) = self.picker.last.expects.first().filter(|e| e.code != "NEXT") else {
                self.picker.scan("WDC-MENU-PICK").await;
                continue;
            };
            let scan = expect.scan.clone();
            let begun = Instant::now();
            self.picker.ok(&scan).await;
            self.took("pick", begun);
        }
    }

    async fn pack(&mut self) {
        let tote = self
            .w
            .text(
                "SELECT coalesce((SELECT p.code FROM tote_use u JOIN place p ON p.id = \
                 u.container_id JOIN shipment s ON s.id = u.shipment_id WHERE u.freed_at IS NULL \
                 AND s.state = 'picked' ORDER BY u.id LIMIT 1), '')",
            )
            .await;
        if tote.is_empty() {
            return;
        }
        let begun = Instant::now();
        self.packer.ok(&tote).await;
        self.took("pack", begun);
        while let Some(expect) =
            self.packer.last.expects.first().filter(|e| e.kind == wavedeck::protocol::Kind::Item)
        {
            let scan = expect.scan.clone();
            let begun = Instant::now();
            self.packer.ok(&scan).await;
            self.took("pack", begun);
        }
    }

    async fn look(&mut self, what: &str, code: &str) {
        self.boss.ok("WDC-MENU-INQUIRY").await;
        let begun = Instant::now();
        let refused = self.boss.scan(code).await.refused();
        self.took(what, begun);
        assert!(!refused, "{what} {code}: {:?}", self.boss.last.feedback);
        self.boss.ok("WDC-BACK").await;
        self.boss.ok("WDC-MENU-BOARD").await;
    }

    async fn shown(&mut self, what: &str, list: ListKind) {
        let mut tx = self.w.office.db.begin().await.unwrap();
        let begun = Instant::now();
        show::rows(&mut tx, list, None, 200).await.unwrap();
        self.took(&format!("show_{what}"), begun);
    }

    /// Everything once.
    async fn round(&mut self) {
        self.pull().await;
        self.pick().await;
        self.pack().await;
        self.boss.ok("WDC-MENU-BOARD").await;
        self.w.forget_deck().await;
        let look = self.boss.request(Input::Refresh);
        let begun = Instant::now();
        self.boss.send(&look).await;
        self.took("board", begun);
        for stage in ["ready", "released", "picking", "packed", "handed_over"] {
            self.look(&format!("list_{stage}"), &format!("#stage:{stage}")).await;
        }
        self.look("list_trips", "#trips:open").await;
        self.look("list_waves", "#waves:released").await;
        for (what, code) in [
            ("item", "I0".to_owned()),
            ("bin", "A01".to_owned()),
            ("tote", "T1".to_owned()),
            ("bench", "BENCH".to_owned()),
            ("person", "ALICE".to_owned()),
            ("order", "N1".to_owned()),
            ("order_past", "H-000000010".to_owned()),
            ("shipment_past", "H-S00000010".to_owned()),
            ("order_unknown", "NOBODY-KNOWS".to_owned()),
        ] {
            if what == "order_unknown" {
                self.boss.ok("WDC-MENU-INQUIRY").await;
                let begun = Instant::now();
                self.boss.no(&code).await;
                self.took(what, begun);
                self.boss.ok("WDC-MENU-BOARD").await;
            } else {
                self.look(what, &code).await;
            }
        }
        for (what, list) in ListKind::ALL {
            self.shown(what, list).await;
        }
        self.boss.ok("WDC-MENU-WAVE").await;
        let begun = Instant::now();
        self.boss.ok("WDC-RELEASE").await;
        self.took("release", begun);
        self.w.sql("UPDATE day_turn SET next_at = now() - interval '1 minute'").await;
        let begun = Instant::now();
        wavedeck::jobs::turn::run_once(&self.w.worker).await.unwrap();
        self.took("turn", begun);
        let mut tx = self.w.worker.db.begin().await.unwrap();
        let begun = Instant::now();
        wavedeck::store::jobs::delete_old(&mut tx).await.unwrap();
        self.took("tidy", begun);
        tx.commit().await.unwrap();
    }
}

async fn growth() {
    let mut young = Site::with_past(SIZES[0]).await;
    let mut old = Site::with_past(SIZES[1]).await;
    for round in 0..=ROUNDS {
        for site in [&mut young, &mut old] {
            site.round().await;
            if round == 0 {
                site.took.clear();
            }
        }
    }
    for (what, before) in &young.took {
        let (before, now) = (at(before, 0.5), at(&old.took[what], 0.5));
        println!("figure growth_{what} {:.2} x ({before:.2} ms, {now:.2} ms)", now / before);
    }
    young.w.check().await;
    let begun = Instant::now();
    old.w.check().await;
    println!("# check: {:.0} s", begun.elapsed().as_secs_f64());
}

/// Orders with so many lines each of the first so many items.
async fn promised(w: &World, orders: std::ops::Range<usize>, lines: usize) {
    for chunk in orders.collect::<Vec<_>>().chunks(100) {
        let mut tx = w.worker.db.begin().await.unwrap();
        for n in chunk {
            let lines: Vec<(String, i64)> =
                (0..lines).map(|k| (format!("I{}", k % 8), 1)).collect();
            let lines: Vec<(&str, i64)> =
                lines.iter().map(|(sku, qty)| (sku.as_str(), *qty)).collect();
            let order = World::parse(World::order_json(&format!("N{n}"), &lines));
            ingest::order(&mut tx, w.shop, &order).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = w.worker.db.begin().await.unwrap();
        store::orders::promise_waiting(&mut tx, 1000).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// A picker who picks until told to stop; what each confirmed scan took.
async fn picks(mut robot: Robot, stop: Arc<AtomicBool>) -> (Robot, Vec<f64>) {
    let mut took = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let Some(expect) = robot.last.expects.first().filter(|e| e.code != "NEXT") else { break };
        let scan = expect.scan.clone();
        let begun = Instant::now();
        // Refused is what grew too old meanwhile: that too is an answer.
        robot.scan(&scan).await;
        took.push(ms(begun.elapsed()));
    }
    (robot, took)
}

/// The day turns over 200,000 promises, 28,000 of them of an item that this much of is still good
/// tomorrow; a picker picks before and beside it.
async fn turns(kind: &str, left: i64) {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 3, 40_000), ("A02", "I0", "L2", 300, left)]).await;
    for n in 1..8 {
        w.stock(&[(&format!("A{:02}", n + 2), &format!("I{n}"), "L1", 300, 60_000)]).await;
    }
    w.sql("UPDATE item SET min_life_days = 1").await;
    // Walks for the picker; the others are promised and wait.
    promised(&w, 0..200, 50).await;
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    boss.ok("WDC-MENU-WAVE").await;
    boss.ok("WDC-RELEASE").await;
    promised(&w, 200..4_000, 50).await;
    let count = w.number("SELECT count(*) FROM promise WHERE ended_at IS NULL").await;
    w.sql("ANALYZE").await;
    let mut robot = w.person("P", Role::Picker).await;
    robot.ok("WDC-MENU-PICK").await;
    let stop = Arc::new(AtomicBool::new(false));
    let quiet = tokio::spawn(picks(robot, stop.clone()));
    tokio::time::sleep(Duration::from_secs(5)).await;
    stop.store(true, Ordering::Relaxed);
    let (robot, quiet) = quiet.await.unwrap();
    stop.store(false, Ordering::Relaxed);
    w.clock("1 day").await;
    w.sql("UPDATE day_turn SET next_at = now() - interval '1 minute'").await;
    let beside = tokio::spawn(picks(robot, stop.clone()));
    let begun = Instant::now();
    wavedeck::jobs::turn::run_once(&w.worker).await.unwrap();
    let took = begun.elapsed();
    stop.store(true, Ordering::Relaxed);
    let (_, beside) = beside.await.unwrap();
    let left = w.number("SELECT count(*) FROM promise WHERE ended_at IS NULL").await;
    println!(
        "# {count} promises, {left} after it, {} picks before, {} beside",
        quiet.len(),
        beside.len()
    );
    println!("figure turn_s{kind} {:.1} s", took.as_secs_f64());
    let (quiet, beside) = (at(&quiet, 0.999), at(&beside, 0.999));
    println!("figure turn_wait_ms{kind} {:.1} ms ({quiet:.1}, {beside:.1})", beside - quiet);
    w.check().await;
}

/// 5,000 promises of one item lose their goods.
async fn breaks() {
    let mut times = Vec::new();
    for _ in 0..3 {
        let w = World::new().await;
        w.stock(&[("A01", "I0", "L1", 300, 5_000)]).await;
        promised(&w, 0..5_000, 1).await;
        w.sql("ANALYZE").await;
        assert_eq!(w.number("SELECT count(*) FROM promise WHERE ended_at IS NULL").await, 5_000);
        w.sql("UPDATE lot SET last_good_day = current_date - 1").await;
        let item = w.number("SELECT id FROM item WHERE sku = 'I0'").await;
        let mut tx = w.office.db.begin().await.unwrap();
        let begun = Instant::now();
        let broken = turn::break_promises(&mut tx, w.warehouse, &[item]).await.unwrap();
        tx.commit().await.unwrap();
        times.push(ms(begun.elapsed()));
        assert_eq!(broken, 5_000);
        w.check().await;
    }
    println!("figure break_ms {:.0} ms", at(&times, 0.5));
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    support::DURABLE.store(true, Ordering::Relaxed);
    let asked: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    // `RUST_LOG=wavedeck=info` says what jobs do, and when.
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let wants = |name: &str| asked.is_empty() || asked.iter().any(|a| a == name);
    if wants("breaks") {
        breaks().await;
    }
    if wants("turns") {
        turns("", 27_500).await;
        turns("_many", 20_000).await;
    }
    if wants("growth") {
        Box::pin(growth()).await;
    }
}
