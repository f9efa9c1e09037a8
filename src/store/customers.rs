//! Who buys, as shops name them, and what they ask of what they get.

use super::{Result, Tx};
use crate::domain::life::MinLife;
use serde_json::Value;

/// What is to change of a customer; what is not named stays.
pub struct CustomerChange<'a> {
    pub shop: &'a str,
    pub code: &'a str,
    pub min_life: Option<MinLife>,
    pub priority: Option<i32>,
}

/// Makes or changes a customer; `false`: there is no such shop. What is promised already keeps the
/// life that was asked for then.
pub async fn set(tx: &mut Tx, change: &CustomerChange<'_>) -> Result<bool> {
    let done = sqlx::query_file!(
        "src/store/sql/customers/set.sql",
        change.shop,
        change.code,
        change.min_life.map(|life| life.days),
        change.min_life.map(|life| life.pct),
        change.priority
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// Customers who ask for something.
pub async fn list(tx: &mut Tx, limit: i64) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/customers/list.sql", limit)
        .fetch_all(tx.conn())
        .await?)
}
