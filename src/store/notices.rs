//! What people are told about what others changed under their hands.

use super::{Result, Tx};

/// What is new to the person is shown from now on; gestures made before it are refused. Returns the
/// new version.
pub async fn mark_shown(tx: &mut Tx, person: i64) -> Result<i64> {
    let version = sqlx::query_file_scalar!("src/store/sql/notices/mark_shown.sql", person)
        .fetch_one(tx.conn())
        .await?;
    sqlx::query!(
        "UPDATE notice
         SET version = $2
         WHERE person_id = $1 AND seen_at IS NULL AND version IS NULL",
        person,
        version
    )
    .execute(tx.conn())
    .await?;
    Ok(version)
}

/// A gesture was made in sight of them.
pub async fn mark_seen(tx: &mut Tx, person: i64, version: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE notice
         SET seen_at = now()
         WHERE person_id = $1 AND seen_at IS NULL AND version <= $2",
        person,
        version
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
