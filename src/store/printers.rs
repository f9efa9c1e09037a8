//! Printers, and the benches that they stand at.

use super::{Result, Rule, Thing, Tx};
use serde_json::Value;

/// Makes a printer, for a bench if one is named. `false`: there is no such bench, and the printer
/// is for none. Refused as `printer_code_once`.
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

/// What is to change of a printer; what is not named stays.
pub struct PrinterChange<'a> {
    pub url: Option<&'a str>,
    pub dpi: Option<i32>,
    pub cjk_font: Option<&'a str>,
    /// A bench that it prints for from now on.
    pub bench: Option<&'a str>,
}

/// Changes a printer; its trouble is forgotten until it shows again.
pub async fn change(tx: &mut Tx, code: &str, change: &PrinterChange<'_>) -> Result<()> {
    let id = sqlx::query_file_scalar!(
        "src/store/sql/printers/change.sql",
        code,
        change.url,
        change.dpi,
        change.cjk_font
    )
    .fetch_optional(tx.conn())
    .await?
    .ok_or_else(|| Rule::unknown(Thing::Printer, code))?;
    let Some(bench) = change.bench else { return Ok(()) };
    let bound =
        sqlx::query_file!("src/store/sql/printers/add.sql", id, bench).execute(tx.conn()).await?;
    if bound.rows_affected() > 0 {
        return Ok(());
    }
    Err(Rule::unknown(Thing::Bench, bench).into())
}

/// Code, URL, dpi, trouble, benches; by code.
pub async fn list(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/printers/list.sql").fetch_all(tx.conn()).await?)
}
