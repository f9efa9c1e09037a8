//! Carriers: their cut-off, their transit, their range of waybill numbers.

use super::{Result, Tx};
use serde_json::Value;

pub struct NewCarrier<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub prefix: &'a str,
    pub first: i64,
    pub last: i64,
    pub cutoff: &'a str,
    pub transit_days: i32,
}

pub async fn add(tx: &mut Tx, c: &NewCarrier<'_>) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/carriers/add.sql",
        c.code,
        c.name,
        c.prefix,
        c.first,
        c.last,
        c.cutoff,
        c.transit_days
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn list(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/carriers/list.sql").fetch_all(tx.conn()).await?)
}
