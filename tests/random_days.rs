//! Days in which anything happens to anything: orders, changes and cancellations, holds and
//! recalls, shorts in bins and at benches, pallets that move, days that pass, stock that comes.
//! After each of it the books are right, and in the end nothing is owed that nobody sees.

use crate::support::{Robot, Role, World};
use std::sync::Arc;

const ITEMS: usize = 4;

/// Bins with two lots of some items, two pallets, a carton on one of them.
async fn site(w: &World) {
    w.container("PAL1", "pallet", "A09").await;
    w.container("PAL2", "pallet", "B01").await;
    w.container("BOX1", "carton", "PAL1").await;
    w.stock(&[
        ("A01", "I0", "L1", 40, 12),
        ("A02", "I0", "L2", 200, 12),
        ("A03", "I1", "L1", 60, 9),
        ("PAL1", "I1", "L2", 300, 14),
        ("BOX1", "I2", "L1", 90, 8),
        ("A04", "I2", "L2", 30, 6),
        ("PAL2", "I3", "L1", 120, 20),
    ])
    .await;
}

struct Day {
    w: Arc<World>,
    rng: fastrand::Rng,
    /// Whose numbers are in its orders.
    name: usize,
    orders: usize,
    days: usize,
    /// What the supervisor decided last, for whoever looks into a failure.
    decided: String,
    picker: Robot,
    packer: Robot,
    loader: Robot,
    boss: Robot,
}

impl Day {
    async fn new(w: Arc<World>, seed: u64, name: usize) -> Day {
        let code = |what: &str| format!("{what}{name}");
        Day {
            rng: fastrand::Rng::with_seed(seed),
            name,
            orders: 0,
            days: 0,
            decided: String::new(),
            picker: w.person(&code("P"), Role::Picker).await,
            packer: w.at_bench(&code("Q"), Role::Packer).await,
            loader: w.person(&code("L"), Role::Packer).await,
            boss: w.person(&code("E"), Role::Supervisor).await,
            w,
        }
    }

    fn lines(&mut self) -> Vec<(String, i64)> {
        let mut items: Vec<usize> = (0..ITEMS).collect();
        self.rng.shuffle(&mut items);
        items.truncate(self.rng.usize(1..=3));
        items.into_iter().map(|item| (format!("I{item}"), self.rng.i64(1..=3))).collect()
    }

    fn any_order(&mut self) -> String {
        format!("O{}-{}", self.name, self.rng.usize(0..self.orders.max(1)))
    }

    /// SQL that may be refused, as a command or the worker sends it.
    async fn attempt(&self, sql: String) {
        let _ = self.w.try_sql(&sql).await;
    }

    /// One thing happens; returns what.
    async fn happen(&mut self) -> &'static str {
        match self.rng.usize(0..20) {
            0..=2 => self.order().await,
            3 => self.change().await,
            4 => self.release().await,
            5..=8 => self.pick().await,
            9..=11 => self.pack().await,
            12 => self.load().await,
            13 | 14 => self.decide().await,
            15 | 16 => self.hold_or_lift().await,
            17 => self.stock_comes().await,
            18 => self.pallet_moves().await,
            _ => self.worker().await,
        }
    }

    /// The shop says an order; whoever lost a race says it again.
    async fn shop_says(&self, mut order: serde_json::Value) {
        order["updated_at"] = jiff::Timestamp::now().to_string().into();
        let order = World::parse(order);
        for _ in 0..20 {
            let mut tx = self.w.worker.db.begin().await.unwrap();
            let said = async {
                wavedeck::store::ingest::order(&mut tx, self.w.shop, &order).await?;
                tx.commit().await
            };
            match said.await {
                Err(wavedeck::store::Error::Retry(_)) => {}
                said => return said.unwrap(),
            }
        }
        panic!("a race is lost for ever");
    }

    async fn order(&mut self) -> &'static str {
        let no = format!("O{}-{}", self.name, self.orders);
        self.orders += 1;
        let lines = self.lines();
        let lines: Vec<(&str, i64)> = lines.iter().map(|(sku, n)| (sku.as_str(), *n)).collect();
        self.shop_says(World::order_json(&no, &lines)).await;
        "order"
    }

    async fn change(&mut self) -> &'static str {
        if self.orders == 0 {
            return "nothing";
        }
        let no = self.any_order();
        let lines = self.lines();
        let lines: Vec<(&str, i64)> = lines.iter().map(|(sku, n)| (sku.as_str(), *n)).collect();
        let mut order = World::order_json(&no, &lines);
        let how = ["paid", "paid", "cancelled", "pending"][self.rng.usize(0..4)];
        order["status"] = how.into();
        self.shop_says(order).await;
        how
    }

    async fn release(&mut self) -> &'static str {
        self.boss.scan("WDC-BACK").await;
        self.boss.scan("WDC-MENU-WAVE").await;
        self.boss.scan("WDC-RELEASE").await;
        "release"
    }

    async fn pick(&mut self) -> &'static str {
        let Some(expect) = self.picker.last.expects.first().cloned() else {
            self.picker.scan("WDC-MENU-PICK").await;
            return "pick: menu";
        };
        if expect.code == "NEXT" || self.rng.u8(0..12) > 0 {
            self.picker.scan(&expect.scan).await;
            return "pick";
        }
        self.picker.scan("WDC-SHORT").await;
        if let Some(expect) = self.picker.last.expects.first().cloned() {
            self.picker.scan(&expect.scan).await;
        }
        "pick: short"
    }

    async fn pack(&mut self) -> &'static str {
        let Some(expect) = self.packer.last.expects.first().cloned() else {
            self.packer.scan("WDC-BACK").await;
            self.packer.scan("WDC-MENU-PACK").await;
            return "pack: menu";
        };
        if self.rng.u8(0..8) > 0 {
            if self.packer.scan(&expect.scan).await.refused() {
                self.packer.scan("WDC-BACK").await;
                self.packer.scan("WDC-MENU-PACK").await;
            }
            return "pack";
        }
        self.packer.scan("WDC-SHORT").await;
        self.packer.scan("1").await;
        "pack: short"
    }

    /// Labels of closed boxes; who lost a race comes again another time.
    async fn finish_parcels(&self) {
        let closed = "SELECT coalesce(string_agg(place_id::text, ' '), '') FROM parcel WHERE state \
                      = 'closed'";
        for parcel in self.w.text(closed).await.split_whitespace() {
            let _ = wavedeck::work::parcel::finish(&self.w.worker, parcel.parse().unwrap()).await;
        }
    }

    async fn load(&mut self) -> &'static str {
        self.finish_parcels().await;
        self.loader.scan("WDC-MENU-HANDOVER").await;
        for _ in 0..3 {
            let Some(expect) = self.loader.last.expects.first().cloned() else { break };
            self.loader.scan(&expect.scan).await;
        }
        self.loader.scan("WDC-CLOSE").await;
        "load"
    }

    async fn decide(&mut self) -> &'static str {
        self.boss.scan("WDC-BACK").await;
        self.boss.scan("WDC-MENU-EXCEPTIONS").await;
        let way = self.rng.usize(0..6).to_string();
        self.decided = format!("{} {way} of {:?}", self.boss.big(), self.boss.last.page.facts);
        self.boss.scan(&way).await;
        self.decided += &format!(" {}", self.boss.said());
        if self.boss.last.page.cards.contains(&wavedeck::protocol::Card::Yes) {
            self.boss.scan("WDC-YES").await;
        }
        "decide"
    }

    async fn hold_or_lift(&mut self) -> &'static str {
        if self.rng.bool() {
            let which = self.rng.usize(1..8);
            let lift = "SELECT lift_hold(hold_no, 'BOSS') FROM hold WHERE lifted_at IS NULL AND by \
                        <> 'system' AND id % 8 <> ";
            self.attempt(format!("{lift}{which}")).await;
            return "lift";
        }
        let (subject, from) = match self.rng.usize(0..5) {
            0 => ("lot", "lot"),
            1 => ("shipment", "shipment WHERE state NOT IN ('handed_over', 'cancelled')"),
            2 => ("order", "orders"),
            3 => ("place", "place WHERE kind = 'bin' AND code LIKE 'A%'"),
            _ => ("container", "place WHERE code LIKE 'PAL%'"),
        };
        let which = self.rng.usize(0..100);
        self.attempt(format!(
            "SELECT add_hold('{subject}', id, 'check', '', 'BOSS') FROM (SELECT id FROM {from} \
             ORDER BY (id * 7919 + {which}) % 101 LIMIT 1) k"
        ))
        .await;
        "hold"
    }

    async fn stock_comes(&mut self) -> &'static str {
        let (bin, item) = (self.rng.usize(1..=8), self.rng.usize(0..ITEMS));
        let (bin, item) = (format!("A{bin:02}"), format!("I{item}"));
        self.w.stock(&[(&bin, &item, "NEW", 150, self.rng.i64(1..=5))]).await;
        "stock"
    }

    async fn pallet_moves(&mut self) -> &'static str {
        let pallet = if self.rng.bool() { "PAL1" } else { "PAL2" };
        let to = ["A09", "A10", "B02", "STAGE"][self.rng.usize(0..4)];
        self.attempt(format!(
            "SELECT move_container(a.id, b.id, (SELECT id FROM person WHERE role = 'system'), \
             gen_random_uuid()) FROM place a, place b WHERE a.code = '{pallet}' AND b.code = '{to}'"
        ))
        .await;
        "pallet"
    }

    /// What the background does: parcels, promises, what was lost; now and then a day passes.
    async fn worker(&mut self) -> &'static str {
        self.finish_parcels().await;
        let mut tx = self.w.worker.db.begin().await.unwrap();
        if wavedeck::store::orders::promise_waiting(&mut tx, 100).await.is_ok() {
            let _ = tx.commit().await;
        }
        let mut tx = self.w.office.db.begin().await.unwrap();
        let lacking = wavedeck::store::exceptions::lost_and_there(&mut tx, 5).await.unwrap();
        drop(tx);
        for one in lacking {
            let mut tx = self.w.worker.db.begin().await.unwrap();
            if wavedeck::store::exceptions::find_again(&mut tx, &one).await.is_ok() {
                let _ = tx.commit().await;
            }
        }
        "worker"
    }
}

/// Nothing may stand where nobody sees it: each of these finds a shipment that does.
const UNSEEN: [(&str, &str); 3] = [
    (
        "on the floor with units that are neither tied to a place nor said",
        "SELECT count(*) FROM shipment s JOIN shipment_line sl ON sl.shipment_id = s.id JOIN \
         promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL AND p.open > 0 WHERE \
         s.state IN ('released', 'picking', 'picked', 'packing', 'packed') AND NOT EXISTS (SELECT \
         1 FROM exception e WHERE e.shipment_id = s.id AND e.done_at IS NULL)",
    ),
    (
        "lost without an exception",
        "SELECT count(*) FROM shipment_line sl JOIN promise p ON p.shipment_line_id = sl.id AND \
         p.ended_at IS NULL AND p.broken > 0 WHERE NOT EXISTS (SELECT 1 FROM exception e WHERE \
         e.shipment_id = sl.shipment_id AND e.reason = 'not_found' AND e.done_at IS NULL)",
    ),
    (
        "a paid order's units that nobody has taken on, and nobody has seen",
        "SELECT count(*) FROM orders o JOIN order_line ol ON ol.order_id = o.id WHERE o.status = \
         'paid' AND not_taken_on(ol) > 0 AND NOT EXISTS (SELECT 1 FROM exception e LEFT JOIN \
         shipment_line sl ON sl.shipment_id = e.shipment_id LEFT JOIN share sh ON \
         sh.shipment_line_id = sl.id LEFT JOIN order_line x ON x.id = sh.order_line_id WHERE \
         (e.done_at IS NULL OR e.done_by IS NOT NULL) AND o.id IN (e.order_id, x.order_id))",
    ),
];

/// What is promised and not tied to a place, and what is held, for whoever looks into a failure.
const OPEN: &str = "SELECT coalesce(string_agg(concat_ws(' ', s.shipment_no, s.state, s.reason, \
    'item', p.item_id, 'open', p.open, 'of', p.qty, 'until', needed_day(n)), E'\\n'), '') || \
    E'\\n' || coalesce((SELECT string_agg(hold_no || ' ' || subject || ' ' || hold_subject(h), \
    ', ') FROM hold h WHERE lifted_at IS NULL), '') FROM promise p JOIN need n ON n.id = \
    p.need_id JOIN shipment_line sl ON sl.id = p.shipment_line_id JOIN shipment s ON s.id = \
    sl.shipment_id WHERE p.ended_at IS NULL AND p.open > 0";

const HELD_AND_PICKED: &str = "SELECT count(*) FROM movement m JOIN hold h ON h.subject = 'lot' \
    AND h.subject_id = m.lot_id WHERE m.reason = 'pick' AND m.at > h.since AND m.at < \
    coalesce(h.lifted_at, 'infinity')";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_the_books_are_right_and_nothing_is_owed_unseen() {
    for seed in [1, 2, 9] {
        let w = Arc::new(World::new().await);
        site(&w).await;
        let mut day = Day::new(w.clone(), seed, 0).await;
        let mut told = Vec::new();
        for _ in 0..140 {
            told.push(day.happen().await);
            if day.rng.u8(0..60) == 0 {
                day.days += 9;
                w.clock(&format!("{} days", day.days)).await;
                wavedeck::jobs::turn::run_once(&w.worker).await.unwrap();
                told.push("days pass");
            }
            let mut tx = w.office.db.begin().await.unwrap();
            let report = wavedeck::store::check::run(&mut tx).await.unwrap();
            drop(tx);
            if !report.ok {
                let open = w.text(OPEN).await;
                panic!("seed {seed}, after {told:?}: {:#?}\n{open}", report.problems);
            }
            for (what, sql) in UNSEEN {
                let unseen = w.number(sql).await;
                let last = (told.last_chunk::<6>(), &day.decided);
                assert_eq!(unseen, 0, "seed {seed}, {what}, after {last:?}");
            }
        }
        assert_eq!(w.number(HELD_AND_PICKED).await, 0, "seed {seed}");
        w.check().await;
        drop(day);
        Arc::into_inner(w).unwrap().end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn four_at_once_leave_the_books_right() {
    let w = Arc::new(World::new().await);
    site(&w).await;
    let mut crowd = Vec::new();
    for name in 0..4 {
        let mut day = Day::new(w.clone(), 40 + name as u64, name).await;
        crowd.push(tokio::spawn(async move {
            for _ in 0..60 {
                day.happen().await;
            }
        }));
    }
    for one in crowd {
        one.await.unwrap();
    }
    w.check().await;
    for (what, sql) in UNSEEN {
        assert_eq!(w.number(sql).await, 0, "{what}");
    }
    Arc::into_inner(w).unwrap().end().await;
}
