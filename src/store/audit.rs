//! What people and programs changed outside the ledger.

use super::{Result, Tx};

pub async fn record(
    tx: &mut Tx,
    person: &str,
    action: &str,
    subject: &str,
    after: Option<serde_json::Value>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO audit (person, action, subject, after)
         VALUES ($1, $2, $3, $4)",
        person,
        action,
        subject,
        after
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
