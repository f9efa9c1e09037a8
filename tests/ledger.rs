//! The ledgers and their guards, in the database itself.

use crate::support::World;
use std::time::Duration;
use uuid::Uuid;

fn constraint(error: &sqlx::Error) -> String {
    error.as_database_error().and_then(|e| e.constraint()).unwrap_or_default().to_owned()
}

/// A movement of free goods by the system, as SQL.
fn movement(item: &str, qty: i64, from: &str, to: &str) -> String {
    format!(
        "INSERT INTO movement (warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place,
         reason, person_id, command)
         SELECT f.warehouse_id, i.owner_id, i.id, l.id, {qty}, f.id, t.id, 'move',
           (SELECT id FROM person WHERE role = 'system'), '{}'
         FROM item i JOIN lot l ON l.item_id = i.id, place f, place t WHERE i.sku = '{item}'
           AND f.code = '{from}' AND t.code = '{to}' LIMIT 1",
        Uuid::now_v7()
    )
}

#[tokio::test]
async fn stock_is_written_by_its_ledger_alone_whoever_asks() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 10)]).await;
    for sql in [
        "UPDATE stock SET on_hand = 99",
        "DELETE FROM stock",
        "TRUNCATE stock",
        "INSERT INTO stock SELECT warehouse_id, place_id, owner_id, item_id, lot_id, 'held' FROM \
         stock",
        "UPDATE movement SET qty = 1",
        "DELETE FROM movement",
        "TRUNCATE movement CASCADE",
        "UPDATE place SET parent_id = NULL",
        "UPDATE place SET bin_id = NULL",
        "DELETE FROM reservation",
        "UPDATE placement SET to_place = NULL",
        "TRUNCATE placement",
    ] {
        let error = w.try_sql(sql).await.expect_err(sql);
        assert_eq!(constraint(&error), "ledger_only", "{sql}: {error}");
    }
    assert_eq!(w.number("SELECT on_hand FROM stock").await, 10);
    w.end().await;
}

#[tokio::test]
async fn what_must_not_be_is_refused_by_name() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 10)]).await;
    for (sql, name) in [
        (movement("I0", 11, "A01", "A02"), "stock_not_negative"),
        (movement("I0", 1, "A03", "A02"), "stock_not_negative"),
        (movement("I0", 0, "A01", "A02"), "movement_qty"),
        (movement("I0", 1, "A01", "A01"), "movement_goes_somewhere"),
    ] {
        let error = w.try_sql(&sql).await.expect_err(&sql);
        assert_eq!(constraint(&error), name, "{error}");
    }
    for column in ["person_id", "reason"] {
        let sql = movement("I0", 1, "A01", "A02")
            .replace("'move'", if column == "reason" { "NULL" } else { "'move'" })
            .replace(
                "(SELECT id FROM person WHERE role = 'system')",
                if column == "person_id" {
                    "NULL"
                } else {
                    "(SELECT id FROM person WHERE role = 'system')"
                },
            );
        let error = w.try_sql(&sql).await.expect_err(column);
        assert!(error.to_string().contains(column), "{error}");
    }
    w.end().await;
}

#[tokio::test]
async fn virtual_places_have_no_balance_and_everything_sums_to_zero() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 10), ("A02", "I0", "L1", 100, 5)]).await;
    w.sql(&movement("I0", 3, "A01", "CUSTOMER")).await;
    assert_eq!(
        w.number(
            "SELECT count(*) FROM stock s JOIN place p ON p.id = s.place_id WHERE \
        p.kind = 'virtual'"
        )
        .await,
        0
    );
    assert_eq!(w.number("SELECT sum(on_hand)::bigint FROM stock").await, 12);
    w.sql("INSERT INTO sweep DEFAULT VALUES").await;
    w.end().await;
}

#[tokio::test]
async fn zero_rows_are_swept_by_the_one_function() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 10)]).await;
    w.sql(&movement("I0", 10, "A01", "A02")).await;
    assert_eq!(w.number("SELECT count(*) FROM stock").await, 2);
    w.sql("INSERT INTO sweep DEFAULT VALUES").await;
    assert_eq!(w.number("SELECT count(*) FROM stock").await, 1);
    w.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn movements_in_opposite_directions_at_once_do_not_deadlock() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 500), ("A02", "I0", "L1", 100, 500)]).await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..4 {
        let url = w.owner_url.clone();
        tasks.spawn(async move {
            use sqlx::{AssertSqlSafe, Connection};
            let mut conn = sqlx::PgConnection::connect(&url).await.unwrap();
            for _ in 0..50 {
                let sql = if n % 2 == 0 {
                    movement("I0", 1, "A01", "A02")
                } else {
                    movement("I0", 1, "A02", "A01")
                };
                sqlx::query(AssertSqlSafe(sql)).execute(&mut conn).await.unwrap();
            }
        });
    }
    while let Some(done) =
        tokio::time::timeout(Duration::from_secs(60), tasks.join_next()).await.unwrap()
    {
        done.unwrap();
    }
    assert_eq!(w.number("SELECT sum(on_hand)::bigint FROM stock").await, 1000);
    assert_eq!(w.number("SELECT count(*) FROM movement WHERE reason = 'move'").await, 200);
    w.end().await;
}

#[tokio::test]
async fn the_last_reserved_unit_is_picked() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 1)]).await;
    w.orders(&[("O1", &[("I0", 1)])]).await;
    w.release().await;
    assert_eq!(w.number("SELECT reserved FROM stock").await, 1);
    let mut picker = w.person("P", crate::support::Role::Picker).await;
    for scan in ["WDC-MENU-PICK", "A01", "T1"] {
        picker.ok(scan).await;
    }
    assert_eq!(
        w.number(
            "SELECT sum(on_hand)::bigint FROM stock s JOIN place p ON p.id = \
        s.place_id WHERE p.code = 'A01'"
        )
        .await,
        0
    );
    assert_eq!(
        w.number(
            "SELECT reserved FROM stock s JOIN place p ON p.id = s.place_id WHERE p.code = 'T1'"
        )
        .await,
        1
    );
    w.end().await;
}

#[tokio::test]
async fn a_pallet_moves_with_its_stock_reserved() {
    let w = World::new().await;
    w.container("PAL1", "pallet", "A01").await;
    w.stock(&[("PAL1", "I0", "L1", 100, 12)]).await;
    w.orders(&[("O1", &[("I0", 4)])]).await;
    w.release().await;
    w.sql(
        "INSERT INTO placement (warehouse_id, container_id, from_place, to_place, reason,
         person_id, command)
           SELECT c.warehouse_id, c.id, f.id, t.id, 'move', (SELECT id FROM person
             WHERE role = 'system'), gen_random_uuid()
           FROM place c, place f, place t WHERE c.code = 'PAL1' AND f.code = 'A01'
             AND t.code = 'A05'",
    )
    .await;
    assert_eq!(
        w.number(
            "SELECT on_hand * 100 + reserved FROM stock s JOIN place p ON p.id = \
        s.place_id WHERE p.code = 'PAL1'"
        )
        .await,
        1204
    );
    // From where it no longer stands, it cannot be moved again.
    let again = w
        .try_sql(
            "INSERT INTO placement (warehouse_id, container_id, from_place, to_place, reason,
             person_id, command)
           SELECT c.warehouse_id, c.id, f.id, t.id, 'move', (SELECT id FROM person
             WHERE role = 'system'), gen_random_uuid()
           FROM place c, place f, place t WHERE c.code = 'PAL1' AND f.code = 'A01'
             AND t.code = 'A06'",
        )
        .await;
    assert_eq!(constraint(&again.unwrap_err()), "container_stands_there");
    let mut picker = w.person("P", crate::support::Role::Picker).await;
    picker.ok("WDC-MENU-PICK").await;
    assert_eq!(picker.big(), "A05", "where it stands now");
    w.end().await;
}

#[tokio::test]
async fn check_finds_what_the_triggers_would_have_prevented() {
    let w = World::new().await;
    w.stock(&[("A01", "I0", "L1", 100, 10)]).await;
    w.sql("ALTER TABLE stock DISABLE TRIGGER stock_guard").await;
    w.sql("UPDATE stock SET on_hand = 11").await;
    let mut tx = w.office.db.begin().await.unwrap();
    let report = wavedeck::store::check::run(&mut tx).await.unwrap();
    assert!(!report.ok);
    let p = &report.problems[0];
    assert_eq!(
        (p.invariant, p.expected.as_str(), p.found.as_str()),
        ("on_hand_is_the_sum_of_movements", "10", "11")
    );
    drop(tx);
    w.sql("UPDATE stock SET on_hand = 10").await;
    w.end().await;
}
