//! What people and programs changed outside the ledger.

use super::{Result, Tx};

/// What something was and what it is from now on.
pub async fn record_change(
    tx: &mut Tx,
    person: &str,
    action: &str,
    subject: &str,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
) -> Result<()> {
    sqlx::query!(
        "INSERT INTO audit (person, action, subject, before, after)
         VALUES ($1, $2, $3, $4, $5)",
        person,
        action,
        subject,
        before,
        after
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What somebody did or made, where nothing it was before is worth keeping. `person` is a code, or
/// `cli:` with the name of the system's user.
pub async fn record(
    tx: &mut Tx,
    person: &str,
    action: &str,
    subject: &str,
    after: Option<serde_json::Value>,
) -> Result<()> {
    record_change(tx, person, action, subject, None, after).await
}
