//! The site itself: its warehouses, and what kind of database this is.

use super::{Result, Tx};

/// GS1's demonstration prefix; a site puts its own company prefix here once it prints for the road.
pub const GS1_PREFIX: &str = "952";

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

pub async fn is_empty(tx: &mut Tx) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT NOT EXISTS (SELECT 1 FROM warehouse) AS "empty!""#)
        .fetch_one(tx.conn())
        .await?)
}
