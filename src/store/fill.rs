//! Invented stock and receivers, for real orders in a warehouse that is none: to try things out at
//! scale.

use super::{Result, Rule, Tx, schema};
use sqlx::{AssertSqlSafe, Connection};
use uuid::Uuid;

/// Receivers for shipments that are held for want of one; the order keeps what its shop said.
pub async fn fill_receivers(tx: &mut Tx, receivers: &[serde_json::Value]) -> Result<u64> {
    let done = sqlx::query_file!(
        "src/store/sql/fill/fill_receivers.sql",
        serde_json::Value::from(receivers.to_vec())
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!("SELECT keep_holds(array_agg(id)) FROM orders").execute(tx.conn()).await?;
    Ok(done.rows_affected())
}

/// For every item that shipments still want: twice as much as is lacking, over two storage bins
/// chosen by `seed`, one lot each with `days` and twice as many days left. Returns the units.
pub async fn fill_stock(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    command: Uuid,
    seed: i64,
    days: i32,
) -> Result<i64> {
    sqlx::query_file!("src/store/sql/fill/lots.sql", warehouse, days).execute(tx.conn()).await?;
    let units = sqlx::query_file_scalar!(
        "src/store/sql/fill/fill_stock.sql",
        warehouse,
        person,
        command,
        seed,
        days
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(units.iter().sum())
}

/// Adds a past of so many movements, a tenth as many orders and all that goes with them, to a
/// demo's database; what is under way in it stays as it is. Takes minutes for millions. Refused as
/// `past_once` where there is one.
pub async fn add_past(owner_url: &str, movements: u32) -> Result<()> {
    let mut conn = schema::connect(owner_url).await?;
    let there: Option<i32> = sqlx::query_scalar(
        "SELECT 1
         FROM shop
         WHERE code = 'H-SHOP'",
    )
    .fetch_optional(&mut conn)
    .await?;
    if there.is_some() {
        return Err(Rule::PastOnce.into());
    }
    let past = include_str!("sql/fill/past.sql").replace(":size", &movements.to_string());
    for batch in ["SET statement_timeout = 0", &past, "VACUUM (ANALYZE)"] {
        sqlx::raw_sql(AssertSqlSafe(batch.to_owned())).execute(&mut conn).await?;
    }
    Ok(conn.close().await?)
}
