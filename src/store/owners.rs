//! Whose stock it is.

use super::{Result, Rule, Thing, Tx};
use serde_json::Value;

/// Makes an owner. Refused as `owner_code_once`.
pub async fn add(tx: &mut Tx, code: &str) -> Result<()> {
    sqlx::query!("INSERT INTO owner (code) VALUES ($1)", code).execute(tx.conn()).await?;
    Ok(())
}

/// Owners by code: how many items each has, and which shops sell their goods.
pub async fn list(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/owners/list.sql").fetch_all(tx.conn()).await?)
}

/// Refused if there is no owner of this code.
pub async fn known(tx: &mut Tx, code: &str) -> Result<()> {
    let known = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM owner WHERE code = $1) AS "known!""#,
        code
    )
    .fetch_one(tx.conn())
    .await?;
    if known {
        return Ok(());
    }
    Err(Rule::unknown(Thing::Owner, code).into())
}
