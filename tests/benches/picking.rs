//! How fast the floor is: confirmed picks through the one door of `work` beside a fixed minimal
//! pick as one prepared call on the same tables, release of waves, packing, and the board.
//! Interleaved rounds, medians, fsync on.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

#[path = "../support/mod.rs"]
#[allow(dead_code)]
mod support;

use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use support::term::Term;
use support::{Robot, Role, World, ean};
use uuid::Uuid;
use wavedeck::console::app::{Appearance, Model, Msg, Settings, Theme, update};
use wavedeck::console::input::keymap::Keymap;
use wavedeck::console::session::screen::Screen;
use wavedeck::domain::Lang;
use wavedeck::protocol::sign_on;
use wavedeck::store;
use wavedeck::store::places;
use wavedeck::store::{ingest, orders};

/// Goods that everybody wants, and goods that each want something else of.
const ITEMS: usize = 50;
const SPREAD: usize = 2_000;
const LINES: usize = 8;

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn figure(name: &str, value: f64, unit: &str) {
    println!("figure {name} {value:.1} {unit}");
}

/// Fifty items, one in each of fifty bins, and enough totes.
async fn world(units: i64) -> World {
    world_of(ITEMS, units).await
}

/// So many items, one in each of as many bins, and enough totes.
async fn world_of(goods: usize, units: i64) -> World {
    let w = World::new().await;
    let item = |n: usize| {
        json!({
            "sku": format!("B{n}"), "name_en": format!("Bench item {n}"),
            "name_zh": format!("商品 {n}"), "weight_g": 100, "min_life_days": 0,
            "stop_sale_days": 0,
            "packs": [{ "level": "each", "units": 1, "codes": [format!("{:0>14}", ean(100 + n))] }],
        })
    };
    let bin = |n: usize| {
        json!({
            "code": format!("C{n:04}"), "use": "storage", "zone": format!("Z{}", n % 5),
            "seq": 100 + n, "level": 1, "promisable": true, "pickable": true,
        })
    };
    let tote = |n: usize| json!({ "code": format!("X{n}"), "kind": "tote", "stands_in": "STAGE" });
    let mut tx = w.office.db.begin().await.unwrap();
    store::goods::add_items(&mut tx, &Value::Array((0..goods).map(item).collect())).await.unwrap();
    places::add_bins(&mut tx, w.warehouse, &Value::Array((0..goods).map(bin).collect()))
        .await
        .unwrap();
    places::add_containers(&mut tx, w.warehouse, &Value::Array((0..20_000).map(tote).collect()))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let rows: Vec<(String, String)> =
        (0..goods).map(|n| (format!("C{n:04}"), format!("B{n}"))).collect();
    let rows: Vec<(&str, &str, &str, i32, i64)> =
        rows.iter().map(|(bin, sku)| (bin.as_str(), sku.as_str(), "L1", 200, units)).collect();
    w.stock(&rows).await;
    w
}

/// Orders of so many lines of one unit each.
async fn take_orders(w: &World, from: usize, count: usize, lines: usize) {
    take_orders_of(w, ITEMS, from, count, lines).await;
}

async fn take_orders_of(w: &World, goods: usize, from: usize, count: usize, lines: usize) {
    for chunk in (from..from + count).collect::<Vec<_>>().chunks(500) {
        let mut tx = w.worker.db.begin().await.unwrap();
        for n in chunk {
            let lines: Vec<(String, i64)> =
                (0..lines).map(|k| (format!("B{}", (n * 7 + k * 3) % goods), 1)).collect();
            let lines: Vec<(&str, i64)> =
                lines.iter().map(|(sku, qty)| (sku.as_str(), *qty)).collect();
            let mut order = World::order_json(&format!("N{n}"), &lines);
            order["customer"] = json!(format!("K{}", n % 50));
            ingest::order(&mut tx, w.shop, &World::parse(order)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = w.worker.db.begin().await.unwrap();
        orders::promise_waiting(&mut tx, 1000).await.unwrap();
        tx.commit().await.unwrap();
    }
}

/// One picker of the product, with totes of their own.
struct Picker {
    robot: Robot,
    totes: Vec<String>,
}

impl Picker {
    fn prompt(&self) -> &str {
        &self.robot.last.page.prompt.key
    }

    /// Scans what settles the source, until a tote is due.
    async fn source(&mut self) {
        while !self.prompt().contains("tote") {
            let expect = self
                .robot
                .last
                .expects
                .first()
                .unwrap_or_else(|| panic!("{:?}", self.robot.last))
                .clone();
            self.robot.ok(&expect.scan).await;
        }
    }

    async fn confirm(&mut self) {
        let scan = if self.prompt() == "pick-prompt-free-tote" {
            self.totes.pop().unwrap()
        } else {
            self.robot.last.expects[0].scan.clone()
        };
        self.robot.ok(&scan).await;
    }
}

/// Each of a crowd does one thing at the same time; how long until the last is through.
async fn together<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    crowd: &mut Vec<T>,
    one: impl Fn(T) -> F,
) -> Duration {
    let begun = Instant::now();
    let tasks: Vec<_> =
        std::mem::take(crowd).into_iter().map(|each| tokio::spawn(one(each))).collect();
    for task in tasks {
        crowd.push(task.await.unwrap());
    }
    begun.elapsed()
}

/// The same effect with nothing around it: command, movement with its reservation, step.
const FLOOR: &str = "CREATE FUNCTION floor_pick(
  v_command uuid, v_person bigint, v_reservation bigint, v_tote bigint, v_step jsonb
) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO command (id, person_id, feedback, reply) VALUES (v_command, v_person, '', '{}');
  INSERT INTO movement (warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place,
    reservation_id, stop_id, reason, person_id, command)
  SELECT warehouse_id, owner_id, item_id, lot_id, qty, place_id, v_tote, id, stop_id, 'pick',
    v_person, v_command FROM reservation WHERE id = v_reservation AND ended_at IS NULL;
  UPDATE standing SET step = v_step, version = version + 1, updated_at = now()
    WHERE person_id = v_person;
  RETURN 1;
END $$";

struct Floor {
    conn: PgConnection,
    person: i64,
    tote: i64,
    reservations: Vec<i64>,
}

impl Floor {
    async fn confirm(&mut self) {
        let step = json!({
            "pick": {
                "reservation_id": 1, "bin_scanned": true, "item_scanned": true,
                "lot_scanned": true, "counted": 1,
                "asking": null, "full": false, "before": null,
            },
        });
        let reservation = self.reservations.pop().expect("enough reservations for the floor");
        sqlx::query("SELECT floor_pick($1, $2, $3, $4, $5)")
            .bind(Uuid::now_v7())
            .bind(self.person)
            .bind(reservation)
            .bind(self.tote)
            .bind(&step)
            .execute(&mut self.conn)
            .await
            .unwrap();
    }
}

/// One side picks through `work`, the other with the minimal call; so many clients each, in turn.
/// Confirmations are timed while all clients confirm, on both sides alike; the scans before them
/// are timed by themselves.
/// Returns what each side does in a second.
async fn picks(clients: usize, goods: usize) -> (f64, f64) {
    const ROUNDS: usize = 5;
    let each = if clients == 1 { 120 } else { 40 };
    let w = world_of(goods, 200_000).await;
    w.sql("UPDATE warehouse SET trolley_totes = 8").await;
    w.sql(FLOOR).await;
    let needed = clients * each * (ROUNDS + 1);
    take_orders_of(&w, goods, 0, 2 * needed.div_ceil(LINES) + 64 * clients, LINES).await;
    drop(w.release().await);
    w.sql("ANALYZE").await;
    // The later half of the trips belongs to the floor, which walks them in the same order.
    let half = w.number("SELECT max(id) - (SELECT count(*) / 2 FROM trip) FROM trip").await;
    w.sql(&format!("UPDATE trip SET state = 'cancelled' WHERE id > {half}")).await;
    let mut floors = Vec::new();
    for n in 0..clients {
        let person = w.person(&format!("F{n}"), Role::Picker).await.last.operator.unwrap().id;
        let mut conn = PgConnection::connect(&w.owner_url).await.unwrap();
        let tote = w.number(&format!("SELECT id FROM place WHERE code = 'X{}'", 19_000 + n)).await;
        let reservations = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "SELECT r.id FROM reservation r JOIN stop s ON s.id = r.stop_id
             JOIN bin b ON b.place_id = r.place_id
             WHERE s.trip_id > {half} AND r.ended_at IS NULL AND s.trip_id % {clients} = {n}
               ORDER BY s.trip_id DESC, b.seq DESC, s.id DESC LIMIT {}",
            each * (ROUNDS + 2)
        )))
        .fetch_all(&mut conn)
        .await
        .unwrap();
        floors.push(Floor { conn, person, tote, reservations });
    }
    let mut pickers = Vec::new();
    for n in 0..clients {
        let mut robot = w.person(&format!("P{n}"), Role::Picker).await;
        robot.ok("WDC-MENU-PICK").await;
        pickers
            .push(Picker { robot, totes: (0..600).map(|k| format!("X{}", n * 600 + k)).collect() });
    }
    let (mut product, mut whole, mut floor) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let (mut source, mut confirm, mut least) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
        for _ in 0..each {
            source += together(&mut pickers, |mut p| async move {
                p.source().await;
                p
            })
            .await;
            confirm += together(&mut pickers, |mut p| async move {
                p.confirm().await;
                p
            })
            .await;
            least += together(&mut floors, |mut f| async move {
                f.confirm().await;
                f
            })
            .await;
        }
        if round > 0 {
            let per_s = |took: Duration| (clients * each) as f64 / took.as_secs_f64();
            product.push(per_s(confirm));
            whole.push(per_s(source + confirm));
            floor.push(per_s(least));
        }
    }
    let ratios: Vec<f64> = product.iter().zip(&floor).map(|(p, f)| p / f).collect();
    let kind = if goods == SPREAD { "_spread" } else { "" };
    let (product, floor) = (median(product), median(floor));
    figure(&format!("pick_per_s_{clients}{kind}"), product, "1/s");
    figure(&format!("pick_both_scans_per_s_{clients}{kind}"), median(whole), "1/s");
    figure(&format!("floor_per_s_{clients}{kind}"), floor, "1/s");
    println!("figure pick_ratio_{clients}{kind} {:.2} x", median(ratios));
    w.check().await;
    (product, floor)
}

/// What goods must have left, by who buys and where they live: in each of fifty customers' and ten
/// regions' own way.
async fn lives(w: &World) {
    w.sql(&format!(
        "INSERT INTO customer (shop_id, code, min_life_days) SELECT {}, 'K' || n, n % 7 FROM \
         generate_series(0, 49) n",
        w.shop
    ))
    .await;
    w.sql(
        "INSERT INTO service_region (service_id, country, province, city, postcode, transit_days) \
         SELECT id, 'CN', p, '', '', 2 + length(p) % 3 FROM carrier_service, \
         unnest(ARRAY['四川省', '浙江省', '广东省']) p",
    )
    .await;
}

/// A wave of so many lines over fifty items.
async fn reserve(lines: usize) {
    let mut rates = Vec::new();
    for _ in 0..3 {
        let w = world(1_000_000).await;
        lives(&w).await;
        take_orders(&w, 0, lines / 10, 10).await;
        w.sql("ANALYZE").await;
        let mut boss = w.person("BOSS", Role::Supervisor).await;
        boss.ok("WDC-MENU-WAVE").await;
        let begun = Instant::now();
        boss.ok("WDC-RELEASE").await;
        rates.push(lines as f64 / begun.elapsed().as_secs_f64());
        assert_eq!(w.number("SELECT count(*) FROM reservation").await, lines as i64);
    }
    figure(&format!("reserve_lines_per_s_{}k", lines / 1000), median(rates), "1/s");
}

/// The board over so many open shipments, in every stage.
async fn board(open: usize) {
    let w = world(1000).await;
    w.sql(&format!(
        "INSERT INTO shipment (warehouse_id, shipment_no, shop_id, state, carrier_id, service_id,
         transit_days, cutoff_at, receiver)
         SELECT {}, 'B' || n, {},
           (ARRAY[
             'pending','short','ready','released','picking','picked','packing','packed'
           ])[1 + n % 8],
           (SELECT min(id) FROM carrier), (SELECT min(id) FROM carrier_service), 2,
                date_trunc('hour', now()) + (n % 36) * interval '15 minutes', '{{}}'
                FROM generate_series(1, {open}) n",
        w.warehouse, w.shop
    ))
    .await;
    // Walks, people and cases of such a day.
    w.sql(&format!(
        "INSERT INTO wave (warehouse_id, wave_no, state, released_at) VALUES ({}, 'W1', \
        'released', now())",
        w.warehouse
    ))
    .await;
    w.sql(
        "INSERT INTO trip (warehouse_id, wave_id, trip_no) SELECT v.warehouse_id, v.id, 'T' || n \
        FROM wave v, generate_series(1, 400) n",
    )
    .await;
    w.sql(
        "INSERT INTO exception (warehouse_id, reason, subject, shipment_id) SELECT warehouse_id, \
        (ARRAY['short','not_found','found'])[1 + id % 3], shipment_no, id FROM shipment ORDER BY \
        id LIMIT 600",
    )
    .await;
    for n in 0..24 {
        w.person(&format!("P{n}"), Role::Picker).await.ok("WDC-MENU-PICK").await;
    }
    w.sql("ANALYZE").await;
    let mut boss = w.person("BOSS", Role::Supervisor).await;
    boss.ok("WDC-MENU-BOARD").await;
    // What a supervisor waits for, and what it takes to work it out anew.
    let (mut seen, mut anew) = (Vec::new(), Vec::new());
    for round in 0..30 {
        if round % 2 == 0 {
            w.forget_deck().await;
        }
        let look = boss.request(wavedeck::protocol::Input::Refresh);
        let begun = Instant::now();
        boss.send(&look).await;
        let took = begun.elapsed().as_secs_f64() * 1000.0;
        if round % 2 == 0 { anew.push(took) } else { seen.push(took) }
    }
    figure("board_ms", median(seen), "ms");
    figure("deck_ms", median(anew), "ms");
    frames(&w, boss).await;
}

/// What a frame of the deck costs on a wide screen while others work: to draw it, and in bytes.
async fn frames(w: &World, mut boss: Robot) {
    let settings = Settings {
        lang: Lang::Zh,
        appearance: Appearance { theme: Theme::Default, boxes: true },
        keymap: Keymap::named("default").unwrap(),
        terminal: String::new(),
        session: boss.session,
        door: sign_on::login_page(&[]),
        demo: vec![],
        size: (200, 60),
    };
    let (mut model, mut screen) = (Model::new(settings), Screen::new(Lang::Zh));
    let (mut took, mut bytes) = (Vec::new(), Vec::new());
    for round in 0..40 {
        w.sql(&format!("UPDATE shipment SET state = 'packed' WHERE id % 400 = {round}")).await;
        w.forget_deck().await;
        let look = boss.request(wavedeck::protocol::Input::Refresh);
        let reply = boss.send(&look).await.clone();
        let begun = Instant::now();
        update(&mut model, Msg::Reply(Box::new(reply)));
        let frame = screen.frame(&model).unwrap();
        // The first one fills the screen.
        if round > 0 {
            took.push(begun.elapsed().as_secs_f64() * 1000.0);
            bytes.push(frame.len() as f64);
        }
    }
    figure("deck_frame_ms", median(took), "ms");
    figure("deck_bytes", bytes.iter().sum::<f64>() / bytes.len() as f64, "bytes");
}

/// So many packers at once, each at a bench of their own: units a second, with the closing of their
/// boxes.
async fn pack(packers: usize) {
    let w = world(200_000).await;
    let bench = |n: usize| {
        json!({
            "code": format!("BN{n:02}"), "use": "bench", "zone": "P", "seq": 950 + n, "level": 1,
            "promisable": false, "pickable": false,
        })
    };
    let mut tx = w.office.db.begin().await.unwrap();
    places::add_bins(&mut tx, w.warehouse, &Value::Array((0..packers).map(bench).collect()))
        .await
        .unwrap();
    places::add_benches(&mut tx, w.warehouse).await.unwrap();
    tx.commit().await.unwrap();
    take_orders(&w, 0, packers * 12, LINES).await;
    drop(w.release().await);
    w.sql("ANALYZE").await;
    let mut pickers = Vec::new();
    for n in 0..4 {
        let mut robot = w.person(&format!("P{n}"), Role::Picker).await;
        robot.ok("WDC-MENU-PICK").await;
        let mut totes: Vec<String> = (0..600).map(|k| format!("X{}", n * 600 + k)).collect();
        pickers.push(tokio::spawn(async move {
            while let Some(expect) =
                robot.last.expects.first().filter(|e| e.code != "NEXT").cloned()
            {
                let scan = if robot.last.page.prompt.key == "pick-prompt-free-tote" {
                    totes.pop().unwrap()
                } else {
                    expect.scan
                };
                robot.ok(&scan).await;
            }
        }));
    }
    for picker in pickers {
        picker.await.unwrap();
    }
    let totes = w
        .text(
            "SELECT string_agg(p.code, ' ' ORDER BY u.id) FROM tote_use u JOIN place p \
        ON p.id = u.container_id WHERE u.freed_at IS NULL",
        )
        .await;
    let totes: Vec<String> = totes.split(' ').map(str::to_owned).collect();
    let mut crowd = Vec::new();
    for n in 0..packers {
        let mut robot = w.person(&format!("K{n}"), Role::Packer).await;
        robot.ok("WDC-MENU-PACK").await;
        robot.ok(&format!("BN{n:02}")).await;
        let mine: Vec<String> = totes.iter().skip(n).step_by(packers).cloned().collect();
        crowd.push((robot, mine));
    }
    let took = together(&mut crowd, |(mut robot, mine)| async move {
        for tote in &mine {
            robot.ok(tote).await;
            while robot
                .last
                .expects
                .first()
                .is_some_and(|e| e.kind == wavedeck::protocol::Kind::Item)
            {
                let scan = robot.last.expects[0].scan.clone();
                robot.ok(&scan).await;
            }
        }
        (robot, mine)
    })
    .await;
    let units = w.number("SELECT sum(qty)::bigint FROM movement WHERE reason = 'pack'").await;
    assert_eq!(units as usize, packers * 12 * LINES, "all was packed");
    figure(&format!("pack_per_s_{packers}"), units as f64 / took.as_secs_f64(), "1/s");
    w.check().await;
}

/// Sixteen pick until told to stop, each from walks of their own; what a scan took at the slowest
/// of a thousand.
async fn slowest(pickers: &mut Vec<Picker>, until: impl Future<Output = ()>) -> f64 {
    let stop = Arc::new(AtomicBool::new(false));
    let tasks: Vec<_> = std::mem::take(pickers)
        .into_iter()
        .map(|mut picker| {
            let stop = stop.clone();
            tokio::spawn(async move {
                let mut took = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    picker.source().await;
                    let begun = Instant::now();
                    picker.confirm().await;
                    took.push(begun.elapsed().as_secs_f64() * 1000.0);
                    // As people do: the next goods are a few steps away.
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                (picker, took)
            })
        })
        .collect();
    until.await;
    stop.store(true, Ordering::Relaxed);
    let mut all = Vec::new();
    for task in tasks {
        let (picker, took) = task.await.unwrap();
        pickers.push(picker);
        all.extend(took);
    }
    all.sort_by(f64::total_cmp);
    println!("# {} picks, median {:.1} ms", all.len(), all[all.len() / 2]);
    all[all.len() * 999 / 1000]
}

/// Sixteen pick while a file of 100,000 stock rows is taken in by the real program.
async fn import_wait() {
    const CLIENTS: usize = 16;
    let w = world_of(SPREAD, 200_000).await;
    w.sql("UPDATE warehouse SET trolley_totes = 8").await;
    take_orders_of(&w, SPREAD, 0, 4_000, LINES).await;
    drop(w.release().await);
    w.sql("ANALYZE").await;
    let mut pickers = Vec::new();
    for n in 0..CLIENTS {
        let mut robot = w.person(&format!("P{n}"), Role::Picker).await;
        robot.ok("WDC-MENU-PICK").await;
        let totes = (0..600).map(|k| format!("X{}", n * 600 + k)).collect();
        pickers.push(Picker { robot, totes });
    }
    let file = std::env::temp_dir().join(format!("wavedeck-bench-{}.csv", std::process::id()));
    let good = support::day(300);
    let mut rows = String::from("warehouse,place,sku,lot,last_good_day,qty\n");
    for n in 0..100_000 {
        // Over all bins and lots of their own; the bins are those where people pick.
        let (bin, lot) = (n % SPREAD, n / SPREAD);
        rows.push_str(&format!("WH1,C{bin:04},B{bin},M{lot},{good},{}\n", 1 + n % 9));
    }
    std::fs::write(&file, rows).unwrap();
    let pin = file.with_extension("pin");
    std::fs::write(&pin, support::PIN).unwrap();
    let quiet = slowest(&mut pickers, tokio::time::sleep(Duration::from_secs(15))).await;
    let beside = slowest(&mut pickers, async {
        let begun = Instant::now();
        let mut import = tokio::process::Command::new(support::program());
        import
            .args(["import", "stock", file.to_str().unwrap(), "--as", "BOSS"])
            .env("WAVEDECK_PIN_FILE", &pin)
            .env("WAVEDECK_DATABASE_URL", &w.owner_url)
            .envs(crate::support::key_files());
        assert!(import.status().await.unwrap().success());
        println!("# imported in {:.0} s", begun.elapsed().as_secs_f64());
    })
    .await;
    for made in [&file, &pin] {
        std::fs::remove_file(made).unwrap();
    }
    println!("figure import_wait_ms {:.0} ms ({quiet:.0}, {beside:.0})", beside - quiet);
    w.check().await;
}

/// The real program in a pseudo terminal, on a demo's warehouse: how soon it shows itself, what it
/// writes for a scan, and how much memory a session takes.
fn program() {
    let home = std::env::temp_dir().join(format!("wavedeck-bench-{}", std::process::id()));
    let run = |args: &[&str]| {
        let out = std::process::Command::new(support::program())
            .args(args)
            .env("WAVEDECK_HOME", &home)
            .env("WAVEDECK_LANG", "en")
            .output()
            .unwrap();
        assert!(out.status.success(), "{args:?}: {}", String::from_utf8_lossy(&out.stderr));
        String::from_utf8(out.stdout).unwrap()
    };
    let made: Value =
        serde_json::from_str(&run(&["demo", "--setup-only", "--orders", "400", "--json"])).unwrap();
    run(&["db", "start"]);
    // Totes enough for pickers whose goods nobody packs.
    run(&["container", "add", "--kind", "tote", "--count", "400"]);
    let start = |size| {
        Term::start(
            support::program(),
            &["--lang", "en"],
            &[("WAVEDECK_HOME", home.to_str().unwrap())],
            size,
        )
    };
    let mut frames = Vec::new();
    for _ in 0..11 {
        let begun = Instant::now();
        let mut term = start((80, 24));
        term.wait_for("Scan your badge");
        frames.push(term.wrote.lock().unwrap().1.duration_since(begun).as_secs_f64() * 1000.0);
        term.kill();
    }
    figure("first_frame_ms", median(frames), "ms");

    let badge = |role: &str, nth: usize| {
        let mut people = made["people"].as_array().unwrap().iter().filter(|p| p["role"] == role);
        people.nth(nth).unwrap()["badge"].as_str().unwrap().to_owned()
    };
    let sign_on = |term: &mut Term, badge: &str| {
        term.scan(badge);
        term.wait_for("PIN");
        term.scan("2468");
        term.wait("the person's screen", |text| !text.contains("PIN"));
    };
    let mut boss = start((80, 24));
    sign_on(&mut boss, &badge("supervisor", 0));
    boss.scan_and_see("WDC-MENU-WAVE");
    boss.scan_and_see("WDC-RELEASE");
    boss.kill();
    let (mut bytes, mut rss) = (Vec::new(), 0.0f64);
    for (nth, size) in [(20, 16), (80, 24), (160, 48)].into_iter().enumerate() {
        let person = made["people"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|p| p["role"] == "picker")
            .nth(nth % 2)
            .unwrap()["code"]
            .as_str()
            .unwrap();
        let mut term = start(size);
        sign_on(&mut term, &badge("picker", nth % 2));
        term.scan("WDC-MENU-PICK");
        term.wait("a walk", |text| text.contains(" T0"));
        let (mut wrote, mut scans, mut picks) = (0, 0, 0);
        while picks < 100 {
            let work: Value =
                serde_json::from_str(&run(&["show", "work", "--person", person, "--json"]))
                    .unwrap();
            let expect = &work["expects"][0];
            let before = term.wrote.lock().unwrap().0;
            term.scan_and_see(
                expect["scan"].as_str().unwrap_or_else(|| panic!("{work}: {}", term.text())),
            );
            wrote += term.wrote.lock().unwrap().0 - before;
            scans += 1;
            picks += usize::from(expect["kind"] == "tote");
        }
        bytes.push(wrote as f64 / f64::from(scans));
        let pid = term.child.process_id().unwrap();
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let peak: f64 = status
            .lines()
            .find_map(|l| l.strip_prefix("VmHWM:"))
            .unwrap()
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .unwrap();
        rss = rss.max(peak / 1024.0);
        term.kill();
    }
    figure("bytes_per_scan", bytes.into_iter().fold(0.0, f64::max), "bytes");
    figure("session_rss_mb", rss, "MB");
    run(&["db", "stop"]);
    std::fs::remove_dir_all(&home).unwrap();
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    support::DURABLE.store(true, Ordering::Relaxed);
    let asked: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with('-')).collect();
    let wants = |name: &str| asked.is_empty() || asked.iter().any(|a| a == name);
    if wants("picks") {
        picks(1, ITEMS).await;
        picks(16, ITEMS).await;
    }
    if wants("spread") {
        let (one, floor_one) = picks(1, SPREAD).await;
        let (many, floor_many) = picks(16, SPREAD).await;
        let scaling = (many / one) / (floor_many / floor_one);
        println!("figure pick_scaling_16_spread {scaling:.2} x");
    }
    if wants("import") {
        import_wait().await;
    }
    if wants("reserve") {
        reserve(2_000).await;
        reserve(20_000).await;
        reserve(100_000).await;
    }
    if wants("board") {
        board(20_000).await;
    }
    if wants("pack") {
        pack(16).await;
    }
    if wants("program") {
        tokio::task::spawn_blocking(program).await.unwrap();
    }
}
