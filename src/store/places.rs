//! Bins, containers, trolleys and benches.

use super::{Result, Tx};
use serde_json::Value;

/// Bins: `[{code, use, zone, seq, level, promisable, pickable}]`.
pub async fn add_bins(tx: &mut Tx, warehouse: i64, rows: &Value) -> Result<()> {
    sqlx::query_file!("src/store/sql/places/add_bins.sql", warehouse, rows)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Containers: `[{code, kind, stands_in}]`; `stands_in` is the code of a place.
pub async fn add_containers(tx: &mut Tx, warehouse: i64, rows: &Value) -> Result<()> {
    sqlx::query_file!("src/store/sql/places/add_containers.sql", warehouse, rows)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn add_trolleys(tx: &mut Tx, warehouse: i64, codes: &[String]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO place (warehouse_id, code, kind)
         SELECT $1, c, 'trolley'
         FROM unnest($2::text[]) AS c",
        warehouse,
        codes
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Makes a bench of a bin with use `bench`.
pub async fn add_benches(tx: &mut Tx, warehouse: i64) -> Result<()> {
    sqlx::query_file!("src/store/sql/places/add_benches.sql", warehouse).execute(tx.conn()).await?;
    Ok(())
}
