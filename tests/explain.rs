//! Hot statements never walk through a whole large table. The plans are those of the functions' own
//! statements, as the server writes them down while people work, on tables that are large enough
//! for a plan to matter.

use crate::support::{Robot, Role, World};
use sqlx::{Connection, PgConnection, Row};
use wavedeck::store::{fill, jobs};

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
    scans(&mut p, &["WDC-MENU-PICK"]).await;
    let bin = p.big();
    scans(&mut p, &[&bin, "T1"]).await;
    let before = walked(&mut conn).await;
    for n in 2..8 {
        if p.big() == bin {
            scans(&mut p, &[&bin, &format!("T{n}")]).await;
        }
    }
    p.follow(60, |r| r.last.expects.iter().all(|e| e.code == "NEXT") || r.big() == bin).await;
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

/// A table of fewer rows is read as a whole, and rightly so.
const SMALL: i64 = 3_000;

/// How often each large table was walked through so far, as the server counts it.
async fn walks(w: &World, conn: &mut PgConnection) -> Vec<(String, i64)> {
    // Sessions that end hand their counters over.
    for db in [&w.office.db, &w.ctx.db, &w.worker.db] {
        db.renew().await;
    }
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    sqlx::query("SELECT pg_stat_clear_snapshot()").execute(&mut *conn).await.unwrap();
    let rows = sqlx::query(
        "SELECT c.relname::text, coalesce(k.seq_scan, 0) FROM pg_stat_user_tables k JOIN pg_class \
         c ON c.oid = k.relid WHERE c.reltuples > $1::bigint ORDER BY 1",
    )
    .bind(SMALL)
    .fetch_all(&mut *conn)
    .await
    .unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

async fn look(boss: &mut Robot, code: &str) {
    boss.ok("WDC-MENU-INQUIRY").await;
    boss.ok(code).await;
    boss.ok("WDC-MENU-BOARD").await;
}

#[tokio::test]
async fn nothing_that_people_or_jobs_do_walks_through_the_past() {
    let w = World::new().await;
    for n in 0..8 {
        w.stock(&[(&format!("A{:02}", n + 1), &format!("I{n}"), "L1", 300, 500)]).await;
    }
    let mut picker = w.person("ALICE", Role::Picker).await;
    let mut packer = w.person("CARLA", Role::Packer).await;
    let mut boss = w.person("EDITH", Role::Supervisor).await;
    fill::add_past(&w.owner_url, 200_000).await.unwrap();
    let mut conn = PgConnection::connect(&w.owner_url).await.unwrap();
    let mut told = Vec::new();
    let mut seen = walks(&w, &mut conn).await;
    assert!(seen.len() > 15, "{seen:?}");
    let whats =
        ["pull", "wave", "pick", "pack", "cancel", "truck", "board", "lists", "pages", "jobs"];
    for what in whats {
        match what {
            "pull" => {
                for n in 0..5 {
                    let (one, two) = (format!("I{n}"), format!("I{}", n + 1));
                    w.orders(&[(&format!("N{n}"), &[(&one, 1), (&two, 1)])]).await;
                }
            }
            "wave" => {
                boss.ok("WDC-MENU-WAVE").await;
                boss.ok("WDC-RELEASE").await;
            }
            "pick" => picker.pick_all().await,
            "pack" => {
                packer.ok("WDC-MENU-PACK").await;
                packer.ok("BENCH").await;
                packer.follow(40, |r| r.said() == "pack-done").await;
            }
            "cancel" => w.give_up("N4").await,
            "truck" => {
                let sscc = w.text("SELECT sscc FROM parcel WHERE state = 'labelled' LIMIT 1").await;
                for scan in ["WDC-MENU-HANDOVER", &sscc, "WDC-CLOSE"] {
                    packer.ok(scan).await;
                }
            }
            "board" => boss.ok("WDC-MENU-BOARD").await,
            "lists" => {
                for list in [
                    "#stage:ready",
                    "#stage:picking",
                    "#stage:packed",
                    "#trips:open",
                    "#waves:released",
                    "#cases:short",
                    "#holds:goods",
                ] {
                    look(&mut boss, list).await;
                }
            }
            "pages" => {
                for code in
                    ["I0", "A01", "T1", "BENCH", "ALICE", "N1", "H-000000010", "H-S00000010"]
                {
                    look(&mut boss, code).await;
                }
            }
            _ => {
                w.sql("UPDATE day_turn SET next_at = now() - interval '1 minute'").await;
                wavedeck::jobs::turn::run_once(&w.worker).await.unwrap();
                w.promise().await;
                let mut tx = w.worker.db.begin().await.unwrap();
                jobs::delete_old(&mut tx).await.unwrap();
                tx.commit().await.unwrap();
            }
        }
        let now = walks(&w, &mut conn).await;
        let grown = now
            .iter()
            .filter(|now| seen.iter().any(|before| before.0 == now.0 && before.1 < now.1));
        told.extend(grown.map(|(table, _)| format!("{what}: {table}")));
        seen = now;
    }
    assert!(told.is_empty(), "{told:#?}");
    // The ways back from what is there to what happened to it.
    let unused = "SELECT coalesce(string_agg(n, ' '), '') FROM unnest(ARRAY[
        'movement_by_reservation', 'reservation_by_promise', 'movement_from', 'movement_to',
        'share_by_shipment_line'
      ]) n WHERE NOT EXISTS (SELECT 1 FROM pg_stat_user_indexes u WHERE u.indexrelname = n AND
      u.idx_scan > 0)";
    assert_eq!(w.text(unused).await, "", "nobody looks by them");
    w.end().await;
}

#[tokio::test]
async fn the_planner_looks_again_when_a_day_begins_that_it_saw_no_work_of() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 300, 500), ("A02", "I1", "L1", 300, 500)]).await;
    for role in [Role::Picker, Role::Packer, Role::Supervisor] {
        w.person(role.code(), role).await;
    }
    fill::add_past(&w.owner_url, 100_000).await.unwrap();
    let look = async || {
        let mut tx = w.worker.db.begin().await.unwrap();
        let looked = jobs::look_again(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
        looked
    };
    assert!(!look().await, "nothing is open, and it knows");
    let list: Vec<(String, [(&str, i64); 2])> =
        (0..250).map(|n| (format!("N{n}"), [("I0", 1), ("I1", 1)])).collect();
    let list: Vec<(&str, &[(&str, i64)])> =
        list.iter().map(|(no, lines)| (no.as_str(), &lines[..])).collect();
    w.orders(&list).await;
    assert!(look().await, "500 lines that it has not seen");
    assert!(!look().await, "it has seen them now");
    let believed = "SELECT reltuples::bigint FROM pg_class WHERE relname = 'promise_open'";
    let believed = w.number(believed).await;
    assert!((250..=1000).contains(&believed), "{believed} of 500");
    w.end().await;
}
