//! Carriers: their cut-off, their transit, their range of waybill numbers.

use super::{Error, Result, Tx};
use serde_json::Value;

/// A carrier to be: waybill numbers run from `first` to `last` behind `prefix`, the cut-off is
/// `HH:MM` by the warehouse's clock, transit counts working days.
pub struct NewCarrier<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub prefix: &'a str,
    pub first: i64,
    pub last: i64,
    pub cutoff: &'a str,
    pub transit_days: i32,
}

/// Makes a carrier with one service, `STD`, which is its standard. Refused as `carrier_code_once`.
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

/// Code, name, waybill numbers that are left, cut-off and transit of the standard service; by code.
pub async fn list(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/carriers/list.sql").fetch_all(tx.conn()).await?)
}

/// Refused if there is no carrier of this code.
pub async fn known(tx: &mut Tx, code: &str) -> Result<()> {
    let known = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM carrier WHERE code = $1) AS "known!""#,
        code
    )
    .fetch_one(tx.conn())
    .await?;
    if known {
        return Ok(());
    }
    Err(Error::Refused { constraint: "carrier_is_known".into(), message: code.to_owned() })
}
