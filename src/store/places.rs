//! Bins, containers, trolleys with their slots, and benches.

use super::{Actor, Result, Tx};
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

/// A tote at a warehouse's first staging bin. `false`: something has that code already, or there is
/// no such bin.
pub async fn add_tote(tx: &mut Tx, warehouse: i64, code: &str) -> Result<bool> {
    let Some(staging) = staging(tx, warehouse).await? else { return Ok(false) };
    let made = sqlx::query_file!("src/store/sql/places/add_tote.sql", warehouse, code, staging)
        .execute(tx.conn())
        .await?;
    Ok(made.rows_affected() > 0)
}

/// Makes trolleys without slots, see `add_slots`. Refused as `place_code_once`.
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

/// A place by its code.
pub struct PlaceRow {
    pub id: i64,
    pub warehouse: i64,
    pub kind: String,
}

/// The places of this code, one a warehouse; of one warehouse, if it is named.
pub async fn by_code(tx: &mut Tx, code: &str, warehouse: Option<&str>) -> Result<Vec<PlaceRow>> {
    Ok(sqlx::query_file_as!(PlaceRow, "src/store/sql/places/by_code.sql", code, warehouse)
        .fetch_all(tx.conn())
        .await?)
}

/// Where new containers stand if nobody says: the first staging bin of a warehouse.
pub async fn staging(tx: &mut Tx, warehouse: i64) -> Result<Option<String>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/places/staging.sql", warehouse)
        .fetch_optional(tx.conn())
        .await?)
}

/// So many numbers for plates that are made now.
pub async fn plate_numbers(tx: &mut Tx, count: i32) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT nextval('plate_number') AS "n!" FROM generate_series(1, $1)"#,
        count
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Which of these codes a place has already, in whatever warehouse.
pub async fn known(tx: &mut Tx, codes: &[String]) -> Result<Vec<String>> {
    Ok(sqlx::query_scalar!(
        "SELECT code
         FROM place
         WHERE code = ANY ($1)",
        codes
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Slots of trolleys: `[{code, trolley}]`.
pub async fn add_slots(tx: &mut Tx, warehouse: i64, rows: &Value) -> Result<()> {
    sqlx::query_file!("src/store/sql/places/add_slots.sql", warehouse, rows)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// A container and what is in it goes to another place of its warehouse.
pub async fn move_container(tx: &mut Tx, container: i64, to: i64, actor: Actor<'_>) -> Result<()> {
    sqlx::query!(
        "SELECT move_container($1, $2, $3, $4)",
        container,
        to,
        actor.person,
        actor.command
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Containers and trolleys, where they stand and what they are used for.
pub async fn containers(
    tx: &mut Tx,
    warehouse: Option<&str>,
    kind: Option<&str>,
    limit: i64,
) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/places/containers.sql", warehouse, kind, limit)
        .fetch_all(tx.conn())
        .await?)
}
