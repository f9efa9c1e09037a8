//! The site itself: its warehouses, and what kind of database this is.

use super::{Result, Rule, Thing, Tx};

/// GS1's demonstration prefix: of the demo, and of a site that has said no prefix of its own yet;
/// its labels then say so.
pub const DEMO_GS1_PREFIX: &str = "952";

/// What a warehouse's SSCCs begin with.
pub async fn gs1_prefix(tx: &mut Tx, warehouse: i64) -> Result<String> {
    let own = sqlx::query_scalar!(
        "SELECT gs1_prefix
         FROM warehouse
         WHERE id = $1",
        warehouse
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(own.unwrap_or_else(|| DEMO_GS1_PREFIX.to_owned()))
}

/// Makes a warehouse and the virtual places that its goods come from and go to; returns its id.
/// `demo`: the demo may drop the database. Refused as `warehouse_code_once`.
pub async fn add_warehouse(
    tx: &mut Tx,
    code: &str,
    name: &str,
    tz: &str,
    demo: bool,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT add_warehouse($1, $2, $3, $4) AS "id!""#,
        code,
        name,
        tz,
        demo
    )
    .fetch_one(tx.conn())
    .await?)
}

/// The warehouse of this code, or the only one there is.
pub async fn warehouse(tx: &mut Tx, code: Option<&str>) -> Result<i64> {
    let found = sqlx::query_scalar!(
        "SELECT id
         FROM warehouse
         WHERE $1::text IS NULL OR code = upper($1)",
        code
    )
    .fetch_all(tx.conn())
    .await?;
    match found.as_slice() {
        [id] => Ok(*id),
        [] => Err(Rule::unknown(Thing::Warehouse, code.unwrap_or_default()).into()),
        _ => Err(Rule::WarehouseUnsaid.into()),
    }
}

/// The demo's own warehouse; an error if there is none.
pub async fn demo_warehouse(tx: &mut Tx) -> Result<i64> {
    let own = sqlx::query_scalar!("SELECT id FROM warehouse WHERE demo ORDER BY id LIMIT 1");
    Ok(own.fetch_one(tx.conn()).await?)
}

/// The warehouse of a code that may be named; refused if there is none of this code.
pub async fn named(tx: &mut Tx, code: Option<&str>) -> Result<Option<i64>> {
    match code {
        Some(code) => warehouse(tx, Some(code)).await.map(Some),
        None => Ok(None),
    }
}

/// The zone that all warehouses' clocks go by, which times without a zone mean. `None`: they
/// differ.
pub async fn time_zone(tx: &mut Tx) -> Result<Option<String>> {
    let tz = sqlx::query_scalar!(
        r#"SELECT min(tz) AS "tz!" FROM warehouse HAVING count(DISTINCT tz) = 1"#
    );
    Ok(tz.fetch_optional(tx.conn()).await?)
}

/// Is this database one that the demo made? Then the demo may drop it.
pub async fn is_demo(tx: &mut Tx) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT EXISTS (SELECT 1 FROM warehouse WHERE demo) AS "demo!""#)
        .fetch_one(tx.conn())
        .await?)
}

/// Is there no warehouse yet? Then the demo may make its own.
pub async fn is_empty(tx: &mut Tx) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT NOT EXISTS (SELECT 1 FROM warehouse) AS "empty!""#)
        .fetch_one(tx.conn())
        .await?)
}
