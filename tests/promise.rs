//! Promises, releases and what breaks them.

use crate::support::{Role, World, day};
use sqlx::{Connection, PgConnection};
use std::time::Duration;
use wavedeck::jobs::turn;
use wavedeck::store::{self, ingest, orders};

#[tokio::test]
async fn a_shop_that_asks_for_90_days_does_not_get_what_has_30() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "OLD", 30, 10), ("A02", "I1", "NEW", 200, 10)]).await;
    w.sql("UPDATE shop SET min_life_days = 90").await;
    w.orders(&[("O1", &[("I0", 1)]), ("O2", &[("I1", 1)])]).await;
    assert_eq!(
        w.text("SELECT string_agg(state || ':' || reason, ' ' ORDER BY id) FROM shipment").await,
        "pending:no_stock ready:"
    );
    assert_eq!(
        w.text("SELECT n.day::text FROM promise p JOIN need n ON n.id = p.need_id").await,
        day(92)
    );
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_buyers_over_three_dates_never_get_more_than_is_good() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 20, 7), ("A02", "I0", "L2", 60, 5), ("A03", "I0", "L3", 120, 4)])
        .await;
    for life in [0, 40, 100] {
        w.sql(&format!(
            "INSERT INTO shop (code, channel, url, key_id, secret, min_life_days) VALUES \
             ('L{life}', 'generic', 'http://127.0.0.1:9', 'k', '', {life})"
        ))
        .await;
    }
    let mut buyers = tokio::task::JoinSet::new();
    for buyer in 0..8 {
        let (ctx, shop) = (
            w.worker.clone(),
            w.number(&format!("SELECT id FROM shop WHERE code = 'L{}'", [0, 40, 100][buyer % 3]))
                .await,
        );
        buyers.spawn(async move {
            for n in 0..6 {
                let mut tx = ctx.db.begin().await.unwrap();
                let order = World::parse(World::order_json(&format!("B{buyer}-{n}"), &[("I0", 1)]));
                ingest::order(&mut tx, shop, &order).await.unwrap();
                tx.commit().await.unwrap();
                let mut tx = ctx.db.begin().await.unwrap();
                orders::promise_waiting(&mut tx, 1000).await.unwrap();
                tx.commit().await.unwrap();
            }
        });
    }
    while let Some(done) = buyers.join_next().await {
        done.unwrap();
    }
    // Everything that is good for anybody is promised, and nothing twice; check holds each day's
    // sum.
    assert_eq!(w.number("SELECT sum(qty)::bigint FROM promise WHERE ended_at IS NULL").await, 16);
    assert!(
        w.number(&format!(
            "SELECT sum(p.qty)::bigint FROM promise p JOIN need n ON n.id = p.need_id \
             WHERE needed_day(n) > '{}'",
            day(60)
        ))
        .await
            <= 4
    );
    // The floor serves every one of them: no release breaks a promise.
    w.release().await;
    assert_eq!(w.number("SELECT sum(reserved)::bigint FROM promise").await, 16);
    w.end().await;
}

#[tokio::test]
async fn first_expired_goes_first_and_the_freshest_to_whom_needs_it() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 20, 2), ("A02", "I0", "L2", 60, 2), ("A03", "I0", "L3", 200, 2)])
        .await;
    w.orders(&[("EASY", &[("I0", 3)])]).await;
    w.sql("UPDATE shop SET min_life_days = 90").await;
    w.orders(&[("STRICT", &[("I0", 2)])]).await;
    w.release().await;
    let lots = "SELECT string_agg(l.number || '=' || r.qty, ' ' ORDER BY l.number)
      FROM reservation r JOIN lot l ON l.id = r.lot_id JOIN promise p ON p.id = r.promise_id
                JOIN order_line ol ON ol.id = p.order_line_id JOIN orders o ON o.id = ol.order_id
                  WHERE o.order_no = ";
    assert_eq!(w.text(&format!("{lots} 'EASY'")).await, "L1=2 L2=1");
    assert_eq!(w.text(&format!("{lots} 'STRICT'")).await, "L3=2");
    w.end().await;
}

#[tokio::test]
async fn what_cannot_be_reserved_whole_stays_ready_and_short() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 5), ("A02", "I1", "L1", 100, 5)]).await;
    w.orders(&[("O1", &[("I0", 4), ("I1", 4)]), ("O2", &[("I1", 1)])]).await;
    // Part of what was promised lies where nobody can pick it.
    w.sql(
        "UPDATE bin SET pickable = false WHERE place_id = (SELECT id FROM place WHERE code = \
        'A01')",
    )
    .await;
    let boss = w.release().await;
    assert_eq!(
        w.text("SELECT string_agg(state || ':' || reason, ' ' ORDER BY id) FROM shipment").await,
        "ready:short released:"
    );
    assert_eq!(
        w.number(
            "SELECT coalesce(sum(r.qty), 0)::bigint FROM reservation r WHERE ended_at IS NULL"
        )
        .await,
        1
    );
    assert_eq!(w.number("SELECT short_units FROM wave").await, 4);
    assert_eq!(boss.said(), "wave-released");
    w.end().await;
}

#[tokio::test]
async fn one_order_is_split_over_two_warehouses() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 3)]).await;
    let mut tx = w.office.db.begin().await.unwrap();
    let other =
        wavedeck::store::site::add_warehouse(&mut tx, "WH2", "Second", "UTC", false).await.unwrap();
    let bins = serde_json::json!([
        {
            "zone": "Z", "code": "Z01", "use": "storage", "seq": 1, "level": 1, "promisable": true,
            "pickable": true,
        },
    ]);
    wavedeck::store::places::add_bins(&mut tx, other, &bins).await.unwrap();
    let system = wavedeck::store::people::system(&mut tx).await.unwrap();
    let rows = serde_json::json!([
        { "place": "Z01", "sku": "I0", "lot": "L9", "last_good_day": day(100), "qty": 2 },
    ]);
    wavedeck::store::goods::receive(&mut tx, other, system, uuid::Uuid::now_v7(), &rows)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    w.orders(&[("O1", &[("I0", 5)])]).await;
    assert_eq!(w.text("SELECT state FROM shipment").await, "pending");
    // Both may send it once a route says so.
    w.sql("INSERT INTO route (code, parts) VALUES ('ALL', true)").await;
    w.sql(
        "INSERT INTO route_warehouse (route_id, n, warehouse_id) SELECT r.id, w.id, w.id FROM \
         route r, warehouse w",
    )
    .await;
    w.promise().await;
    assert_eq!(
        w.text(
            "SELECT string_agg(w.code || ':' || s.state || ':' || l.qty, ' ' ORDER BY \
        s.id) FROM shipment s JOIN warehouse w ON w.id = s.warehouse_id JOIN shipment_line l ON \
        l.shipment_id = s.id"
        )
        .await,
        "WH1:ready:3 WH2:ready:2"
    );
    assert_eq!(w.number("SELECT sum(qty)::bigint FROM share").await, 5);
    w.end().await;
}

#[tokio::test]
async fn two_orders_are_merged_into_one_shipment() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 9), ("A02", "I1", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1), ("I1", 1)]), ("O2", &[("I0", 2)])]).await;
    w.sql("SELECT write_hold('shipment', max(id), 'payment_check', 'call', 'BOSS') FROM shipment")
        .await;
    w.sql("SELECT merge_shipments(min(id), max(id)) FROM shipment").await;
    // Who held the one that went holds the one that stays.
    assert_eq!(
        w.text("SELECT string_agg(state, ' ' ORDER BY id) FROM shipment").await,
        "pending cancelled"
    );
    w.sql("SELECT lift_hold(hold_no, 'BOSS') FROM hold WHERE lifted_at IS NULL").await;
    w.promise().await;
    assert_eq!(
        w.text("SELECT string_agg(state, ' ' ORDER BY id) FROM shipment").await,
        "ready cancelled"
    );
    assert_eq!(
        w.number(
            "SELECT qty FROM shipment_line l JOIN item i ON i.id = l.item_id JOIN shipment s ON \
             s.id = l.shipment_id WHERE i.sku = 'I0' AND s.state = 'ready'"
        )
        .await,
        3
    );
    // It is picked, packed and told to the shop as two orders in one parcel.
    w.release().await;
    let mut picker = w.person("P", Role::Picker).await;
    picker.pick_all().await;
    let mut packer = w.person("Q", Role::Packer).await;
    packer.ok("WDC-MENU-PACK").await;
    packer.follow(30, |r| r.said() == "pack-done").await;
    packer.ok("WDC-MENU-HANDOVER").await;
    let parcel = packer.last.expects[0].scan.clone();
    packer.ok(&parcel).await;
    packer.ok("WDC-CLOSE").await;
    assert_eq!(
        w.text("SELECT string_agg(order_no, ' ' ORDER BY order_no) FROM outbox").await,
        "O1 O2"
    );
    assert_eq!(
        w.text("SELECT string_agg(state, ' ' ORDER BY id) FROM shipment").await,
        "handed_over cancelled"
    );
    w.end().await;
}

#[tokio::test]
async fn a_hold_breaks_the_newest_promise_and_says_so() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 2)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    w.release().await;
    w.orders(&[("O2", &[("I0", 1)])]).await;
    let mut picker = w.person("P", Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "WDC-EMPTY", "WDC-EMPTY"] {
        picker.ok(scan).await;
    }
    assert_eq!(
        w.text(
            "SELECT string_agg(reason, ' ' ORDER BY reason) FROM exception WHERE done_at IS NULL"
        )
        .await,
        "broken_promise empty not_found"
    );
    assert_eq!(
        w.text("SELECT s.reason FROM shipment s ORDER BY id DESC LIMIT 1").await,
        "broken_promise"
    );
    w.end().await;
}

#[tokio::test]
async fn midnight_breaks_what_is_no_longer_good() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 10, 2)]).await;
    w.orders(&[("O1", &[("I0", 1)]), ("O2", &[("I0", 1)])]).await;
    w.clock("11 days").await;
    turn::run_once(&w.worker).await.unwrap();
    assert_eq!(
        w.text("SELECT string_agg(state || ':' || reason, ' ') FROM shipment").await,
        "pending:broken_promise pending:broken_promise"
    );
    assert_eq!(w.number("SELECT count(*) FROM exception WHERE reason = 'broken_promise'").await, 2);
    // New goods: the shipments are served, and their cases close by themselves.
    w.stock(&[("A02", "I0", "L2", 90, 2)]).await;
    let mut tx = w.worker.db.begin().await.unwrap();
    assert_eq!(orders::promise_waiting(&mut tx, 10).await.unwrap(), 2);
    tx.commit().await.unwrap();
    assert_eq!(w.number("SELECT count(*) FROM exception WHERE done_at IS NULL").await, 0);
    w.end().await;
}

#[tokio::test]
async fn many_at_once_get_what_one_at_a_time_would() {
    let w = World::new().await;
    let mut seed = 20_261_124_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    w.stock(&[
        ("A01", "I0", "L1", 20, 15),
        ("A02", "I0", "L2", 60, 9),
        ("A03", "I1", "L3", 120, 14),
        ("A04", "I2", "L4", 60, 11),
    ])
    .await;
    let shops: Vec<i64> = {
        w.sql(
            "INSERT INTO shop (code, channel, url, key_id, secret, min_life_days) SELECT 'M' || \
            d, 'generic', 'http://127.0.0.1:9', 'k', '', d FROM unnest(ARRAY[10, 40, 100]) d",
        )
        .await;
        let mut ids = vec![w.shop];
        for life in [10, 40, 100] {
            ids.push(w.number(&format!("SELECT id FROM shop WHERE code = 'M{life}'")).await);
        }
        ids
    };
    for n in 0..60 {
        let lines: Vec<(&str, i64)> = ["I0", "I1", "I2"]
            .into_iter()
            .filter_map(|sku| Some((sku, next(8) as i64 - 3)).filter(|(_, qty)| *qty > 0))
            .collect();
        if lines.is_empty() {
            continue;
        }
        let mut tx = w.worker.db.begin().await.unwrap();
        ingest::order(
            &mut tx,
            shops[next(4) as usize],
            &World::parse(World::order_json(&format!("R{n:02}"), &lines)),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }
    w.sql("UPDATE shipment SET priority = id % 3").await;
    let warehouse = w.number("SELECT min(id) FROM warehouse").await;
    const GOT: &str = "SELECT coalesce(string_agg(shipment_no, ' ' ORDER BY id), '') FROM shipment \
        WHERE state = 'ready'";
    let order =
        w.text("SELECT string_agg(id::text, ' ' ORDER BY priority DESC, id) FROM shipment").await;
    for id in order.split(' ') {
        let mut tx = w.office.db.begin().await.unwrap();
        orders::promise_shipment(&mut tx, warehouse, id.parse().unwrap()).await.unwrap();
        tx.commit().await.unwrap();
    }
    let one_by_one = w.text(GOT).await;
    w.sql("UPDATE promise SET ended_at = now()").await;
    w.sql("UPDATE shipment SET state = 'pending', reason = ''").await;
    w.promise().await;
    assert_eq!(w.text(GOT).await, one_by_one);
    let promised = one_by_one.split(' ').count();
    assert!((10..50).contains(&promised), "some got it and some did not: {promised}");
    assert_eq!(
        w.number("SELECT count(*) FROM shipment WHERE state = 'pending' AND reason <> 'no_stock'")
            .await,
        0
    );
    w.end().await;
}

#[tokio::test]
async fn promises_are_broken_under_their_items_gates_alone() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 5)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    let item = w.number("SELECT id FROM item WHERE sku = 'I0'").await;
    let mut other = PgConnection::connect(&w.owner_url).await.unwrap();
    sqlx::query("BEGIN").execute(&mut other).await.unwrap();
    sqlx::query("SELECT lock_promise_gates($1, ARRAY[$2::bigint])")
        .bind(w.warehouse)
        .bind(item)
        .execute(&mut other)
        .await
        .unwrap();
    let broken = async {
        let mut tx = w.worker.db.begin().await.unwrap();
        store::turn::break_promises(&mut tx, w.warehouse, &[item]).await
    };
    let waited = tokio::time::timeout(Duration::from_millis(300), broken).await;
    assert!(waited.is_err(), "somebody decides about these goods: {waited:?}");
    sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    let mut tx = w.worker.db.begin().await.unwrap();
    let broken = store::turn::break_promises(&mut tx, w.warehouse, &[item]).await.unwrap();
    assert_eq!(broken, 0, "what still fits stays");
    drop(tx);
    w.end().await;
}

/// So many orders of so many lines of one unit each, and a unit for each of them in one bin.
async fn crowd(w: &World, orders: usize, lines: usize) -> i64 {
    w.stock(&[("A01", "I0", "L1", 100, (orders * lines) as i64)]).await;
    let numbers: Vec<String> = (0..orders).map(|n| format!("O{n:03}")).collect();
    let lines = vec![("I0", 1); lines];
    let all: Vec<(&str, &[(&str, i64)])> =
        numbers.iter().map(|no| (no.as_str(), lines.as_slice())).collect();
    w.orders(&all).await;
    w.number("SELECT id FROM item WHERE sku = 'I0'").await
}

/// So many units go out of the bin, as a count would book it; nobody decides anything yet.
async fn lose(w: &World, units: i64) {
    w.sql(&format!(
        "INSERT INTO movement (warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, \
         reason, person_id, command) SELECT s.warehouse_id, s.owner_id, s.item_id, s.lot_id, \
         {units}, s.place_id, v.id, 'adjust', (SELECT id FROM person WHERE role = 'system'), \
         gen_random_uuid() FROM stock s JOIN place v ON v.code = 'ADJUSTMENT' WHERE s.on_hand > 0"
    ))
    .await;
}

const OPEN: &str = "SELECT count(*) FROM promise WHERE ended_at IS NULL";

#[tokio::test]
async fn what_very_many_wait_for_is_decided_by_the_worker_and_by_no_scan() {
    let w = World::new().await;
    let item = crowd(&w, 101, 50).await;
    lose(&w, 1_050).await;
    let mut tx = w.office.db.begin().await.unwrap();
    let broken = store::turn::break_promises(&mut tx, w.warehouse, &[item]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(broken, 0, "who asks does not wait for five thousand");
    w.check().await;
    turn::run_once(&w.worker).await.unwrap();
    assert_eq!(w.number(OPEN).await, 4_000);
    assert_eq!(
        w.text(
            "SELECT min(o.order_no) FROM orders o JOIN order_line ol ON ol.order_id = o.id WHERE \
             NOT EXISTS (SELECT 1 FROM promise p WHERE p.order_line_id = ol.id AND p.ended_at IS \
             NULL)"
        )
        .await,
        "O080",
        "who came last waits"
    );
    assert_eq!(w.number("SELECT count(*) FROM promise_gate WHERE asked_at IS NOT NULL").await, 0);
    w.check().await;
    // Few enough: decided at once.
    lose(&w, 1).await;
    let mut tx = w.office.db.begin().await.unwrap();
    assert_eq!(store::turn::break_promises(&mut tx, w.warehouse, &[item]).await.unwrap(), 1);
    tx.commit().await.unwrap();
    w.check().await;
    w.end().await;
}

#[tokio::test]
async fn a_decision_made_before_the_gate_counts_only_if_it_still_holds_behind_it() {
    let w = World::new().await;
    let item = crowd(&w, 40, 1).await;
    lose(&w, 10).await;
    w.sql(&format!(
        "SELECT lock_promise_gates({0}, ARRAY[{item}::bigint]), \
         ask_for_decision({0}, ARRAY[{item}::bigint])",
        w.warehouse
    ))
    .await;
    let mut tx = w.worker.db.begin().await.unwrap();
    let asked = store::turn::asked_for(&mut tx, 10).await.unwrap().unwrap();
    let gone = store::turn::promises_without_goods(&mut tx, &asked).await.unwrap();
    assert_eq!(gone.len(), 10);
    // A piece of it, as it was found.
    let broke = store::turn::break_first(&mut tx, &asked, &gone, 4).await.unwrap();
    assert_eq!(broke, Some(4));
    tx.commit().await.unwrap();
    // Goods come: whoever would be broken now fits.
    w.stock(&[("A02", "I0", "L2", 100, 1)]).await;
    let mut tx = w.worker.db.begin().await.unwrap();
    let broke = store::turn::break_first(&mut tx, &asked, &gone[4..], 4).await.unwrap();
    assert_eq!(broke, None, "decided anew");
    drop(tx);
    // Somebody asks again meanwhile: what was asked first does not answer for it.
    w.sql(&format!("SELECT ask_for_decision({}, ARRAY[{item}::bigint])", w.warehouse)).await;
    let mut tx = w.worker.db.begin().await.unwrap();
    store::turn::was_decided(&mut tx, &asked).await.unwrap();
    assert!(store::turn::asked_for(&mut tx, 10).await.unwrap().is_some(), "asked once more");
    tx.commit().await.unwrap();
    turn::run_once(&w.worker).await.unwrap();
    assert_eq!(w.number(OPEN).await, 31);
    w.check().await;
    w.end().await;
}

#[tokio::test]
async fn a_statement_that_takes_too_long_is_slow_and_not_offline() {
    let w = World::new().await;
    let mut conn = PgConnection::connect(&w.owner_url).await.unwrap();
    sqlx::query("SET statement_timeout = 20").execute(&mut conn).await.unwrap();
    let late = sqlx::query("SELECT pg_sleep(2)").execute(&mut conn).await.unwrap_err();
    let error = store::Error::from(late);
    assert!(matches!(error, store::Error::Slow(_)), "{error:?}");
    w.end().await;
}
