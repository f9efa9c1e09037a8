//! Hot statements never walk through a whole large table. The plans are those of the functions' own
//! statements, as the server writes them down while people work, on tables that are large enough
//! for a plan to matter.

use crate::support::{Robot, Role, World};
use sqlx::{Connection, PgConnection, Row};

/// Tables that grow with the work, and never shrink.
const LARGE: [&str; 9] = [
    "movement",
    "reservation",
    "promise",
    "shipment",
    "shipment_line",
    "order_line",
    "orders",
    "command",
    "stop",
];

/// Table reads since the last call: how often each large table was walked through.
async fn walked(conn: &mut PgConnection) -> Vec<(String, i64)> {
    // An idle session hands its counters over after ten seconds.
    tokio::time::sleep(std::time::Duration::from_secs(11)).await;
    sqlx::query("SELECT pg_stat_clear_snapshot()").execute(&mut *conn).await.unwrap();
    let rows = sqlx::query(
        "SELECT relname::text, coalesce(seq_scan, 0) FROM pg_stat_user_tables \
        WHERE relname = ANY ($1) ORDER BY 1",
    )
    .bind(&LARGE[..])
    .fetch_all(&mut *conn)
    .await
    .unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn scans(robot: &mut Robot, list: &[&str]) {
    for scan in list {
        robot.ok(scan).await;
    }
}

#[tokio::test]
async fn a_scan_never_walks_through_a_large_table() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 50_000), ("A02", "I1", "L1", 100, 50_000)]).await;
    // A past of many orders that are done: rows that nobody asks for any more.
    w.sql(&format!(
        "INSERT INTO orders (shop_id, order_no, status, placed_at, modified_at, currency,
         total_minor, carrier, receiver, note, payload)
         SELECT {}, 'P' || n, 'paid', now(), now(), 'CNY', 1, 'SF', '{{}}', '', '{{}}'
           FROM generate_series(1, 20000) n",
        w.shop
    ))
    .await;
    w.sql(
        "INSERT INTO order_line (order_id, line_no, sku, title, item_id, qty, unit_price_minor, \
        cancelled) SELECT o.id, '1', 'I0', '', (SELECT min(id) FROM item), 1, 1, false FROM orders \
        o",
    )
    .await;
    w.sql(&format!(
        "INSERT INTO shipment (warehouse_id, shipment_no, shop_id, state, carrier_id, service_id,
         transit_days, cutoff_at, receiver)
         SELECT {}, 'P' || n, {}, 'cancelled', (SELECT min(id) FROM carrier),
           (SELECT min(id) FROM carrier_service), 2, now(), '{{}}'
           FROM generate_series(1, 20000) n",
        w.warehouse, w.shop
    ))
    .await;
    w.sql(
        "INSERT INTO shipment_line (shipment_id, owner_id, item_id, qty) SELECT s.id, \
        i.owner_id, i.id, 1 FROM shipment s, item i WHERE i.sku = 'I0'",
    )
    .await;
    w.sql(
        "INSERT INTO command (id, person_id, feedback) SELECT gen_random_uuid(), (SELECT min(id) \
        FROM person), '' FROM generate_series(1, 20000)",
    )
    .await;
    let list: Vec<(String, [(&str, i64); 2])> =
        (0..60).map(|n| (format!("O{n}"), [("I0", 1), ("I1", 1)])).collect();
    let list: Vec<(&str, &[(&str, i64)])> =
        list.iter().map(|(no, lines)| (no.as_str(), &lines[..])).collect();
    w.orders(&list).await;
    drop(w.release().await);
    w.sql("ANALYZE").await;
    let mut p = w.person("P", Role::Picker).await;
    let mut q = w.person("Q", Role::Packer).await;
    let mut conn = PgConnection::connect(&w.owner_url).await.unwrap();
    // What a session asks first is planned with what it meets; then the counting begins.
    scans(&mut p, &["WDC-MENU-PICK", "A01", "T1"]).await;
    let before = walked(&mut conn).await;
    for n in 2..8 {
        scans(&mut p, &["A01", &format!("T{n}")]).await;
    }
    p.follow(60, |r| r.last.expects.iter().all(|e| e.code == "NEXT") || r.big() == "A01").await;
    q.ok("WDC-MENU-PACK").await;
    q.follow(12, |r| r.said() == "pack-done").await;
    let after = walked(&mut conn).await;
    let grown: Vec<_> =
        before.iter().zip(&after).filter(|(b, a)| a.1 > b.1 && large(&a.0)).collect();
    assert!(grown.is_empty(), "walked through: {grown:?}");
    w.end().await;
}

/// Of these the world above has thousands; the others are small here, where walking through is
/// right.
fn large(table: &str) -> bool {
    ["shipment", "shipment_line", "order_line", "orders", "command"].contains(&table)
}
