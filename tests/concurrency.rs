//! Many hands at once: sixteen pickers, packers, supervisors, cancellations, resent gestures and
//! dead guns, on few goods.

use crate::support::{Robot, Role, World, ean};
use fastrand::Rng;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};
use wavedeck::protocol::{Input, Request};
use wavedeck::store::goods;
use wavedeck::store::ingest;
use wavedeck::store::places;
use wavedeck::work;

const ITEMS: usize = 50;
const PICKERS: usize = 16;

/// Fifty items, each in one bin.
async fn world() -> World {
    let w = World::new().await;
    let item = |n: usize| {
        json!({
            "sku": format!("C{n}"), "name_en": format!("Item C{n}"),
            "name_zh": format!("商品 C{n}"), "weight_g": 10, "min_life_days": 0,
            "stop_sale_days": 0,
            "packs": [{ "level": "each", "units": 1, "codes": [format!("{:0>14}", ean(200 + n))] }],
        })
    };
    let bin = |n: usize| {
        json!({
            "code": format!("C{n:03}"), "use": "storage", "zone": "C", "seq": 100 + n, "level": 1,
            "promisable": true, "pickable": true,
        })
    };
    let tote = |n: usize| json!({ "code": format!("X{n}"), "kind": "tote", "stands_in": "STAGE" });
    let mut tx = w.office.db.begin().await.unwrap();
    goods::add_items(&mut tx, &Value::Array((0..ITEMS).map(item).collect())).await.unwrap();
    places::add_bins(&mut tx, w.warehouse, &Value::Array((0..ITEMS).map(bin).collect()))
        .await
        .unwrap();
    places::add_containers(&mut tx, w.warehouse, &Value::Array((0..2000).map(tote).collect()))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let rows: Vec<(String, String)> =
        (0..ITEMS).map(|n| (format!("C{n:03}"), format!("C{n}"))).collect();
    let rows: Vec<(&str, &str, &str, i32, i64)> =
        rows.iter().map(|(bin, sku)| (bin.as_str(), sku.as_str(), "L1", 200, 400)).collect();
    w.stock(&rows).await;
    w
}

async fn arrive(w: &World, rng: &mut Rng, from: i64, count: i64) {
    let mut tx = w.worker.db.begin().await.unwrap();
    for n in from..from + count {
        let mut skus: Vec<usize> = (0..ITEMS).collect();
        rng.shuffle(&mut skus);
        let lines: Vec<(String, i64)> =
            skus[..rng.usize(1..4)].iter().map(|sku| (format!("C{sku}"), rng.i64(1..3))).collect();
        let lines: Vec<(&str, i64)> = lines.iter().map(|(sku, qty)| (sku.as_str(), *qty)).collect();
        ingest::order(&mut tx, w.shop, &World::parse(World::order_json(&format!("N{n}"), &lines)))
            .await
            .unwrap();
    }
    tx.commit().await.unwrap();
    w.promise().await;
}

/// What a gun does all day: follows its screen, sends again what got no answer, dies now and then.
async fn shift(mut robot: Robot, mut rng: Rng, enter: &str, until: Instant, taken: Arc<AtomicI64>) {
    let mut last: Option<Request> = None;
    while Instant::now() < until {
        if rng.u32(..60) == 0 {
            robot = Robot::at_door(robot.ctx.clone(), &robot.badge);
            robot.sign_on().await;
        }
        let next = match robot.last.expects.first() {
            Some(expect) if expect.code != "NEXT" || rng.bool() => {
                let n = rng.usize(..robot.last.expects.len());
                robot.last.expects[n].scan.clone()
            }
            _ => {
                tokio::time::sleep(Duration::from_millis(rng.u64(5..40))).await;
                enter.to_owned()
            }
        };
        // Free totes are taken from the rack by everybody at once; the one on the screen may be
        // gone.
        let tote = robot.last.page.prompt.key == "pick-prompt-free-tote";
        let scan = if tote { format!("X{}", rng.u32(..2000)) } else { next };
        let request = robot.request(Input::Scan { text: scan, typed: false });
        robot.send(&request).await;
        let said = robot.said();
        assert_ne!(said, "went-wrong", "{:?}", robot.last.feedback);
        if !robot.last.refused() {
            taken.fetch_add(1, Ordering::Relaxed);
            if rng.u32(..8) == 0 {
                // The answer was lost: the same gesture again is the same answer, without a second
                // effect.
                let again = work::perform(&robot.ctx, &request).await.unwrap();
                assert!(again.version >= robot.last.version || again.operator.is_none(), "{said}");
                robot.last = again;
            }
            last = Some(request);
        } else if let Some(old) = last.take().filter(|_| rng.u32(..4) == 0) {
            robot.send(&old).await;
        }
        if robot.last.refused() || robot.last.operator.is_none() {
            if robot.last.operator.is_none() {
                robot.sign_on().await;
            } else {
                let look = robot.request(Input::Refresh);
                robot.send(&look).await;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixteen_pickers_for_a_minute_with_resends_kills_and_cancels() {
    let seed = std::env::var("WAVEDECK_TEST_SEED")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or_else(|| fastrand::u64(..));
    eprintln!("WAVEDECK_TEST_SEED={seed}");
    let mut rng = Rng::with_seed(seed);
    let w = Arc::new(world().await);
    arrive(&w, &mut rng, 0, 150).await;
    let mut boss = w.release().await;
    let until = Instant::now() + Duration::from_secs(60);
    let taken = Arc::new(AtomicI64::new(0));
    let mut hands = tokio::task::JoinSet::new();
    for n in 0..PICKERS {
        let robot = w.person(&format!("P{n}"), Role::Picker).await;
        hands.spawn(shift(robot, rng.fork(), "WDC-MENU-PICK", until, taken.clone()));
    }
    let packer = w.person("Q", Role::Packer).await;
    hands.spawn(shift(packer, rng.fork(), "WDC-MENU-PACK", until, taken.clone()));
    let (shop, mut dice) = (w.clone(), rng.fork());
    hands.spawn(async move {
        for orders in (150..).step_by(10).take_while(|_| Instant::now() < until) {
            arrive(&shop, &mut dice, orders, 10).await;
            boss.ok("WDC-MENU-WAVE").await;
            let request = boss.request(Input::Scan { text: "WDC-RELEASE".into(), typed: false });
            boss.send(&request).await;
            assert_ne!(boss.said(), "went-wrong");
        }
    });
    let (shop, mut dice, cancelled) = (w.clone(), rng.fork(), Arc::new(AtomicI64::new(0)));
    let count = cancelled.clone();
    hands.spawn(async move {
        while Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(200)).await;
            shop.give_up_somehow(&format!("N{}", dice.i64(0..150))).await;
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    while let Some(done) = hands.join_next().await {
        done.unwrap();
    }
    let picked =
        w.number("SELECT coalesce(sum(qty), 0)::bigint FROM movement WHERE reason = 'pick'").await;
    eprintln!(
        "{} gestures taken, {picked} units picked, {} orders cancelled",
        taken.load(Ordering::Relaxed),
        cancelled.load(Ordering::Relaxed)
    );
    assert!(picked > 300 && cancelled.load(Ordering::Relaxed) > 30, "too little happened");
    assert_eq!(
        w.number(
            "SELECT count(*) FROM (SELECT command FROM movement WHERE reason = 'pick' GROUP \
            BY command, reservation_id HAVING count(*) > 1) twice"
        )
        .await,
        0
    );
    assert_eq!(w.number("SELECT count(*) FROM stock WHERE on_hand < 0 OR reserved < 0").await, 0);
    // Each invariant from the raw rows.
    Arc::into_inner(w).expect("all hands are home").end().await;
}

/// Whatever order the items come in, whoever takes several gates never stands across another.
#[tokio::test]
async fn gates_of_many_items_are_taken_in_one_order() {
    let w = World::new().await;
    let stock: Vec<(String, String)> =
        (0..8).map(|n| (format!("A{:02}", n + 1), format!("I{n}"))).collect();
    for (bin, sku) in &stock {
        w.stock(&[(bin, sku, "L1", 100, 5)]).await;
    }
    let all = w.text("SELECT string_agg(id::text, ',') FROM item").await;
    let mut ids: Vec<&str> = all.split(',').collect();
    let mut tasks = Vec::new();
    for turn in 0..8 {
        ids.rotate_left(3);
        if turn % 2 == 1 {
            ids.reverse();
        }
        let sql = format!("SELECT lock_promise_gates({}, ARRAY[{}])", w.warehouse, ids.join(","));
        let url = w.owner_url.clone();
        tasks.push(tokio::spawn(async move {
            let mut conn = PgConnection::connect(&url).await.unwrap();
            for _ in 0..60 {
                sqlx::query(AssertSqlSafe(sql.clone())).execute(&mut conn).await.unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    w.end().await;
}
