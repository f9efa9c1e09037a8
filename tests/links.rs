//! Shops over HTTP and what comes back to them: signatures, pages, throttling, half answers, one
//! effect.

use crate::support::World;
use proptest::prelude::*;
use serde_json::json;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use wavedeck::jobs;
use wavedeck::links::channels::{self, Account, Channel, Class, generic};
use wavedeck::links::printers::{self, Address, Files};
use wavedeck::links::standin::shop::{Faults, Standin, now};

fn adapter(url: &str, secret: &str) -> Box<dyn Channel> {
    let account = Account::new(url, "k", secret, json!({}));
    channels::open("generic", account, &channels::client().unwrap()).unwrap()
}

#[test]
fn what_is_signed_stands_beside_its_signature() {
    let (text, signature) = generic::sign("secret", "GET", "/orders?limit=100", 1_700_000_000, b"");
    assert_eq!(
        text,
        "GET\n/orders?limit=100\n1700000000\n\
         e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    // HMAC-SHA256 of that text, computed with OpenSSL.
    assert_eq!(signature, "20fc1e13f9233f338f64613a7778dabceb1c3296b3dc016156a4ce94d1652c85");
}

#[tokio::test]
async fn every_refusal_of_a_shop_has_its_class() {
    let shop = Standin::new("k", "s");
    let url = shop.serve(0).await.unwrap();
    let class = |e: Result<channels::PullPage, channels::ChannelError>| e.err().map(|e| e.class);
    assert_eq!(class(adapter(&url, "wrong").pull(None, "", 10).await), Some(Class::BadSignature));
    assert_eq!(class(adapter(&url, "s").pull(None, "", 500).await), Some(Class::Rejected));
    assert_eq!(adapter(&url, "s").read("NONE").await.unwrap_err().class, Class::NotFound);
    shop.misbehave(Faults { throttle: 1, ..Faults::default() });
    assert_eq!(
        class(adapter(&url, "s").pull(None, "", 10).await),
        Some(Class::Throttled { wait_s: 1.0 })
    );
    shop.misbehave(Faults { down: true, ..Faults::default() });
    assert_eq!(class(adapter(&url, "s").pull(None, "", 10).await), Some(Class::Transient));
    assert_eq!(
        class(adapter("http://127.0.0.1:9", "s").pull(None, "", 10).await),
        Some(Class::Transient)
    );
}

/// Runs the background task until `done` or the time is up.
pub async fn run_until(w: &World, what: &str, sql: &str, value: i64) {
    let (stop, stopped) = watch::channel(false);
    let background = tokio::spawn(jobs::run(w.worker.clone(), stopped));
    let until = Instant::now() + Duration::from_secs(60);
    while w.number(sql).await != value {
        assert!(Instant::now() < until, "{what}: {} of {value}", w.number(sql).await);
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    stop.send_replace(true);
    background.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_arrive_whole_in_their_newest_state_whatever_happens_on_the_way() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 300, 10_000)]).await;
    let shop = Standin::new("k", "s");
    let url = shop.serve(0).await.unwrap();
    w.move_shop("S1", &url).await;
    shop.put((0..350).map(|n| World::order_json(&format!("N{n:03}"), &[("I0", 1)])));
    shop.put([
        json!({ "order_no": "BAD1", "updated_at": now(), "status": "paid" }),
        {
            let mut o = World::order_json("BAD2", &[("I0", 1)]);
            o["lines"][0]["qty"] = json!(1.5);
            o
        },
        {
            let mut o = World::order_json("ODD", &[("NOSUCH", 1)]);
            o["note"] = json!("\u{1b}[2J");
            o
        },
        {
            let mut o = World::order_json("NOBODY", &[("I0", 1)]);
            o["receiver"] = json!({});
            o
        },
    ]);
    shop.misbehave(Faults { throttle: 2, ..Faults::default() });
    // Killed in the middle: the second page is not yet here.
    run_until(&w, "some orders", "SELECT (count(*) >= 100)::int::bigint FROM orders", 1).await;
    shop.change("N000", |o| o["status"] = json!("cancelled"));
    shop.change("N349", |o| o["lines"][0]["qty"] = json!(2));
    run_until(&w, "all orders", "SELECT count(*) FROM orders", 352).await;
    run_until(
        &w,
        "the cancelled one",
        "SELECT count(*) FROM shipment WHERE state = 'cancelled' AND reason = 'order_cancelled'",
        1,
    )
    .await;
    run_until(
        &w,
        "the changed one",
        "SELECT l.qty FROM shipment s JOIN shipment_line l ON \
        l.shipment_id = s.id JOIN share z ON z.shipment_line_id = l.id JOIN order_line ol ON ol.id \
        = z.order_line_id JOIN orders o ON o.id = ol.order_id WHERE o.order_no = 'N349' AND \
        s.state <> 'cancelled'",
        2,
    )
    .await;
    run_until(&w, "every promise", "SELECT count(*) FROM shipment WHERE state = 'ready'", 349)
        .await;
    assert_eq!(
        w.text("SELECT string_agg(subject || ':' || reason, ' ' ORDER BY subject) FROM exception")
            .await,
        "BAD1:unreadable BAD2:unreadable ODD:unknown_item"
    );
    assert_eq!(w.text("SELECT string_agg(reason, ' ') FROM shipment_hold").await, "no_receiver");
    assert_eq!(
        w.number("SELECT count(*) FROM orders WHERE note LIKE '%' || chr(27) || '%'").await,
        0
    );
    // The item is made known: the waiting order goes on by a supervisor's retry; the address comes:
    // so does the other.
    shop.change("NOBODY", |o| o["receiver"] = json!({ "name": "林晓", "address": "示范路 1 号" }));
    run_until(&w, "the addressed one", "SELECT count(*) FROM shipment_hold", 0).await;
    let before = w.number("SELECT count(*) FROM shipment").await;
    run_until(
        &w,
        "one more quiet round",
        "SELECT (last_success_at > now() - interval '1 second')::int::bigint FROM job WHERE kind = \
         'pull' AND next_at < 'infinity'",
        1,
    )
    .await;
    assert_eq!(w.number("SELECT count(*) FROM shipment").await, before);
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_dispatch_is_told_again_and_equal_numbers_are_two_exceptions() {
    let w = World::new().await;
    w.sql("UPDATE job SET next_at = 'infinity'").await;
    w.stock(&[("A01", "I0", "L1", 300, 9)]).await;
    let mut shops = Vec::new();
    for code in ["N1", "N2"] {
        let shop = Standin::new("k", "s");
        let url = shop.serve(0).await.unwrap();
        let id = w.shop_at(code, "generic", &url, "k", "s", json!({})).await;
        shop.put([
            World::order_json("1001", &[("SHOP-X", 1)]),
            World::order_json("1002", &[("I0", 1)]),
        ]);
        shops.push((id, shop));
    }
    run_until(&w, "all orders", "SELECT count(*) FROM orders", 4).await;
    assert_eq!(
        w.number(
            "SELECT count(*) FROM exception WHERE reason = 'unknown_item' AND subject \
        = '1001' AND done_at IS NULL"
        )
        .await,
        2
    );
    // The code of one shop is mapped: that shop's order goes on, and the other's when its code is
    // imported.
    let mut boss = w.person("BOSS", crate::support::Role::Supervisor).await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    boss.ok("I0").await;
    assert_eq!(
        w.number(
            "SELECT count(*) FROM exception WHERE reason = 'unknown_item' AND done_at IS NULL"
        )
        .await,
        1
    );
    w.sql(
        "INSERT INTO listing (shop_id, code, item_id) SELECT s.id, 'SHOP-X', i.id FROM shop s, \
        item i WHERE s.code IN ('N1', 'N2') AND i.sku = 'I0' ON CONFLICT DO NOTHING",
    )
    .await;
    run_until(
        &w,
        "the other goes on by itself",
        "SELECT count(*) FROM exception WHERE reason = 'unknown_item' AND done_at IS NULL",
        0,
    )
    .await;
    // Parcels that neither shop has an order for.
    w.sql(
        "INSERT INTO place (warehouse_id, code, kind, parent_id) SELECT warehouse_id, 'X' || n, \
        'container', id FROM place, generate_series(1, 2) n WHERE code = 'STAGE'",
    )
    .await;
    w.sql(
        "INSERT INTO container (place_id, kind) SELECT id, 'parcel' FROM place WHERE code LIKE \
         'X%'",
    )
    .await;
    w.sql(
        "INSERT INTO parcel (place_id, warehouse_id, shipment_id, sscc, carrier_id, state)
           SELECT p.id, s.warehouse_id, s.id, lpad(p.id::text, 18, '0'), s.carrier_id, 'labelled'
             FROM place p, (SELECT * FROM shipment LIMIT 1) s WHERE p.code LIKE 'X%'",
    )
    .await;
    w.labels_for_boxes().await;
    for (n, (id, _)) in shops.iter().enumerate() {
        let body = json!({
            "order_no": "LATE", "carrier": "SF", "waybill": format!("SF{n}"), "lines": [],
        });
        w.sql(&format!(
            "INSERT INTO outbox (shop_id, kind, key, parcel_id, order_no, body) SELECT \
            {id}, 'dispatch', gen_random_uuid(), p.id, 'LATE', '{body}' FROM place p WHERE p.code \
            = 'X{}'",
            n + 1
        ))
        .await;
    }
    run_until(
        &w,
        "both are refused",
        "SELECT count(*) FROM exception WHERE reason = \
        'dispatch_refused' AND subject = 'LATE' AND done_at IS NULL",
        2,
    )
    .await;
    // The orders are there by now: one answer tells both again.
    for (_, shop) in &shops {
        shop.put([World::order_json("LATE", &[("I0", 1)])]);
    }
    boss.ok("WDC-BACK").await;
    boss.ok("WDC-MENU-EXCEPTIONS").await;
    let all =
        boss.last.page.menu.iter().position(|choice| choice.text.key == "way-retry-all").unwrap();
    boss.ok(&(all + 1).to_string()).await;
    assert_eq!(w.number("SELECT count(*) FROM exception WHERE done_at IS NULL").await, 0);
    run_until(&w, "both are told", "SELECT count(*) FROM outbox WHERE state = 'sent'", 2).await;
    assert!(shops.iter().all(|(_, shop)| shop.dispatches().len() == 1), "once each");
    // A shop that cannot be told is in trouble, and says why.
    shops[0].1.misbehave(Faults { down: true, ..Faults::default() });
    w.sql(
        "UPDATE outbox SET state = 'waiting', key = gen_random_uuid(), next_at = now() WHERE \
        shop_id = (SELECT id FROM shop WHERE code = 'N1')",
    )
    .await;
    run_until(
        &w,
        "trouble",
        "SELECT count(*) FROM shop_health WHERE state = 'trouble' AND \
        outbox_waiting = 1 AND last_error <> '' AND code = 'N1'",
        1,
    )
    .await;
    w.end().await;
}

#[tokio::test]
async fn a_printer_that_fails_gets_its_label_later_and_in_order() {
    let w = World::new().await;
    w.sql("UPDATE printer SET url = 'tcp://127.0.0.1:9'").await;
    w.sql(
        "INSERT INTO place (warehouse_id, code, kind, parent_id) SELECT warehouse_id, 'X' || n, \
        'container', id FROM place, generate_series(1, 2) n WHERE code = 'STAGE'",
    )
    .await;
    w.sql(
        "INSERT INTO container (place_id, kind) SELECT id, 'parcel' FROM place WHERE code LIKE \
         'X%'",
    )
    .await;
    w.stock(&[("A01", "I0", "L1", 100, 9)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    w.sql(
        "INSERT INTO parcel (place_id, warehouse_id, shipment_id, sscc, carrier_id, state)
           SELECT p.id, s.warehouse_id, s.id, lpad(p.id::text, 18, '0'), s.carrier_id, 'labelled'
             FROM place p, shipment s WHERE p.code LIKE 'X%'",
    )
    .await;
    w.sql(
        "INSERT INTO label (parcel_id, version, state, got_at, bytes) SELECT place_id, 1, 'got', \
         now(), convert_to('^XA' || sscc || '^XZ', 'UTF8') FROM parcel ORDER BY place_id",
    )
    .await;
    w.sql(
        "INSERT INTO print_job (label_id, printer_id) SELECT l.id, p.id FROM label l, printer p \
        ORDER BY l.id",
    )
    .await;
    assert!(wavedeck::jobs::spool::print_next(&w.worker).await.unwrap());
    // What waits behind it waits, though its own time has come.
    assert!(!wavedeck::jobs::spool::print_next(&w.worker).await.unwrap());
    assert_eq!(w.number("SELECT count(*) FROM print_job WHERE done_at IS NULL").await, 2);
    assert!(w.text("SELECT trouble FROM printer").await.contains("127.0.0.1"));
    // Weeks of failures do not overflow anything.
    w.sql("UPDATE print_job SET attempts = 100000").await;
    let file =
        std::env::temp_dir().join(format!("wavedeck-test-{}-printer.zpl", std::process::id()));
    w.sql(&format!("UPDATE printer SET url = 'file://{}'", file.display())).await;
    w.sql("UPDATE print_job SET next_at = now()").await;
    while wavedeck::jobs::spool::print_next(&w.worker).await.unwrap() {}
    let printed = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    let first = w.text("SELECT min(sscc) FROM parcel").await;
    assert_eq!(printed.matches("^XA").count(), 2);
    assert!(printed.starts_with(&format!("^XA{first}")));
    assert_eq!(w.text("SELECT coalesce(trouble, 'fine') FROM printer").await, "fine");
    w.end().await;
}

#[test]
fn printer_addresses() {
    assert_eq!(Address::parse("tcp://10.0.0.9:9100"), Ok(Address::Tcp("10.0.0.9:9100".into())));
    for bad in ["tcp://host", "tcp://:9100", "file://relative", "http://x", "", "tcp://host:99999"]
    {
        assert!(Address::parse(bad).unwrap_err().contains("expected"), "{bad}");
    }
}

#[tokio::test]
async fn a_full_disk_is_said() {
    let sent = printers::print("file:///dev/full", &Files::Anywhere, None, b"^XA^XZ").await;
    assert!(sent.trouble.unwrap().contains("/dev/full"));
}

/// Everything that need not be there, as null.
#[test]
fn an_order_with_nulls_is_an_order() {
    let read = generic::order(json!({
        "order_no": "O1", "status": "paid", "created_at": "2026-11-24T08:00:00Z",
        "updated_at": "2026-11-24T08:00:00Z", "paid_at": null, "currency": "CNY",
        "total_minor": 100, "carrier": null, "ship_by": null, "note": null,
        "receiver": { "name": "林晓", "phone": null, "address": "示范路 1 号", "token": null },
        "lines": [
            {
                "line_no": 1, "sku": "I0", "title": null, "qty": 1, "unit_price_minor": null,
                "status": null,
            },
        ],
    }))
    .unwrap();
    assert_eq!(
        (read.receiver.name.as_str(), read.receiver.phone.as_str(), read.lines[0].unit_price_minor),
        ("林晓", "", 0)
    );
    for receiver in [json!(null), json!({})] {
        assert!(
            generic::order(json!({
                "order_no": "O1", "status": "paid", "created_at": "2026-11-24T08:00:00Z",
                "updated_at": "2026-11-24T08:00:00Z", "currency": "CNY", "total_minor": 1,
                "receiver": receiver, "lines": [{ "line_no": "1", "sku": "I0", "qty": 1 }],
            }))
            .is_ok()
        );
    }
}

proptest! {
    #[test]
    fn any_json_is_an_order_or_a_sentence(
        text in "\\PC{0,40}",
        qty in any::<i64>(),
        status in "paid|pending|x",
        time in "[0-9TZ:-]{0,20}|2026-11-22T00:00:00Z",
    ) {
        for value in [
            json!(text), json!({ "order_no": text }), json!({ "order_no": qty, "lines": [] }),
            json!({
                "order_no": text, "status": status, "created_at": time, "updated_at": time,
                "currency": "CNY", "total_minor": qty,
                "lines": [{ "line_no": qty, "sku": text, "qty": qty }],
            }),
        ] {
            if let Ok(order) = generic::order(value) {
                prop_assert!(order.lines.iter().all(|l| l.qty > 0) && !order.order_no.is_empty());
            }
        }
    }
}
