//! Printers, and the benches that they stand at.

use super::{Result, Tx};
use serde_json::Value;

pub async fn add(
    tx: &mut Tx,
    code: &str,
    url: &str,
    dpi: i32,
    cjk_font: &str,
    bench: Option<&str>,
) -> Result<bool> {
    let id = sqlx::query_scalar!(
        "INSERT INTO printer (code, url, dpi, cjk_font)
         VALUES ($1, $2, $3, $4)
         RETURNING id",
        code,
        url,
        dpi,
        cjk_font
    )
    .fetch_one(tx.conn())
    .await?;
    let Some(bench) = bench else { return Ok(true) };
    let bound =
        sqlx::query_file!("src/store/sql/printers/add.sql", id, bench).execute(tx.conn()).await?;
    Ok(bound.rows_affected() > 0)
}

/// Code, URL, dpi, trouble, benches; by code.
pub async fn list(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/printers/list.sql").fetch_all(tx.conn()).await?)
}
