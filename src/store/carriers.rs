//! Carriers: their cut-off, their transit, their waybill numbers.

use super::{Result, Rule, Thing, Tx, site};
use serde_json::Value;

/// Waybill numbers: from `first` to `last` behind `prefix`.
#[derive(Debug, Clone)]
pub struct Waybills {
    pub prefix: String,
    pub first: i64,
    pub last: i64,
}

/// A carrier to be: the cut-off is `HH:MM` by the warehouse's clock, transit counts working days.
pub struct NewCarrier<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub waybills: Option<Waybills>,
    pub cutoff: &'a str,
    pub transit_days: i32,
}

/// Makes a carrier with one service, `STD`, which is its standard. Refused as `carrier_code_once`.
pub async fn add(tx: &mut Tx, c: &NewCarrier<'_>) -> Result<()> {
    sqlx::query_file!("src/store/sql/carriers/add.sql", c.code, c.name, c.cutoff, c.transit_days)
        .execute(tx.conn())
        .await?;
    match &c.waybills {
        Some(waybills) => set_waybills(tx, c.code, None, waybills).await,
        None => Ok(()),
    }
}

/// Gives a carrier other waybill numbers: those of a warehouse, or those of all that have none of
/// their own. Refused if there is no such carrier or warehouse.
pub async fn set_waybills(
    tx: &mut Tx,
    carrier: &str,
    warehouse: Option<&str>,
    waybills: &Waybills,
) -> Result<()> {
    let warehouse = site::named(tx, warehouse).await?;
    let overlaps = sqlx::query_file_scalar!(
        "src/store/sql/carriers/overlaps.sql",
        carrier,
        warehouse,
        waybills.prefix,
        waybills.first,
        waybills.last
    );
    if let Some(other) = overlaps.fetch_optional(tx.conn()).await? {
        return Err(Rule::WaybillsTaken(other).into());
    }
    let set = sqlx::query_file!(
        "src/store/sql/carriers/set_waybills.sql",
        carrier,
        warehouse,
        waybills.prefix,
        waybills.first,
        waybills.last
    )
    .execute(tx.conn())
    .await?;
    if set.rows_affected() == 0 {
        return Err(Rule::unknown(Thing::Carrier, carrier).into());
    }
    Ok(())
}

/// Another name for a carrier.
pub async fn rename(tx: &mut Tx, carrier: &str, name: &str) -> Result<()> {
    known(tx, carrier).await?;
    sqlx::query!("UPDATE carrier SET name = $2 WHERE code = $1", carrier, name)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Code, name, waybill numbers and how many are left, cut-off and transit of the standard service;
/// by code.
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
    Err(Rule::unknown(Thing::Carrier, code).into())
}
