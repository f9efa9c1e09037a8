//! The site itself: its warehouses, and what kind of database this is.

use super::{Error, Result, Tx};

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
    let refused = |constraint: &str| Error::Refused {
        constraint: constraint.into(),
        message: code.unwrap_or_default().to_owned(),
    };
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
        [] => Err(refused("warehouse_is_known")),
        _ => Err(refused("warehouse_is_said")),
    }
}

/// The warehouse that was made first; an error if there is none.
pub async fn first_warehouse(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_file_scalar!("src/store/sql/site/first_warehouse.sql")
        .fetch_one(tx.conn())
        .await?)
}

/// The zone of the first warehouse's clock, which times without a zone mean.
pub async fn time_zone(tx: &mut Tx) -> Result<String> {
    let tz = sqlx::query_file_scalar!("src/store/sql/site/time_zone.sql")
        .fetch_optional(tx.conn())
        .await?;
    Ok(tz.unwrap_or_else(|| "UTC".to_owned()))
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
