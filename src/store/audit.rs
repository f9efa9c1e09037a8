//! What people and programs changed outside the ledger, and the seals that show that it stays.

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

/// Says who changes things in this transaction, where nobody is signed on: `cli:` with the name of
/// the system's user. What a site is made of notes its changes by itself.
pub async fn speak_as(tx: &mut Tx, who: &str) -> Result<()> {
    sqlx::query_scalar!("SELECT set_config('wavedeck.who', $1, true)", who)
        .fetch_one(tx.conn())
        .await?;
    Ok(())
}

/// Rows behind one number, up to another, as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub after_id: i64,
    pub upto_id: i64,
    pub row_count: i64,
    /// SHA-256 of all that they say, hex.
    pub digest: String,
}

/// A batch as it was sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seal {
    pub id: i64,
    pub mac: String,
    pub key_id: String,
    /// That its rows were dropped for their age, sealed too.
    pub drop_mac: Option<String>,
    /// How many rows it was about.
    pub row_count: i64,
    /// What is there of it now.
    pub batch: Batch,
}

/// The next batch that everybody who wrote into it is done with; this transaction's to seal.
/// `None`: nothing new is settled, or another process is at it.
pub async fn settled(tx: &mut Tx) -> Result<Option<Batch>> {
    let upto = sqlx::query_scalar!("SELECT audit_settled()").fetch_one(tx.conn()).await?;
    let Some(upto_id) = upto else { return Ok(None) };
    let row =
        sqlx::query_file!("src/store/sql/audit/batch.sql", upto_id).fetch_one(tx.conn()).await?;
    Ok(Some(Batch {
        after_id: row.after_id,
        upto_id,
        row_count: row.row_count,
        digest: row.digest,
    }))
}

/// The seal of the newest batch; empty before the first.
pub async fn last_mac(tx: &mut Tx) -> Result<String> {
    let last = sqlx::query_scalar!("SELECT mac FROM audit_seal ORDER BY upto_id DESC LIMIT 1");
    Ok(last.fetch_optional(tx.conn()).await?.unwrap_or_default())
}

/// Keeps the seal of a batch.
pub async fn save_seal(tx: &mut Tx, batch: &Batch, key_id: &str, mac: &str) -> Result<()> {
    sqlx::query!(
        "INSERT INTO audit_seal (upto_id, row_count, mac, key_id)
         VALUES ($1, $2, $3, $4)",
        batch.upto_id,
        batch.row_count,
        mac,
        key_id
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// All seals, oldest first, with what is there of their batches now.
pub async fn seals(tx: &mut Tx) -> Result<Vec<Seal>> {
    let rows = sqlx::query_file!("src/store/sql/audit/seals.sql").fetch_all(tx.conn()).await?;
    Ok(rows
        .into_iter()
        .map(|r| Seal {
            id: r.id,
            mac: r.mac,
            key_id: r.key_id,
            drop_mac: r.drop_mac,
            row_count: r.row_count,
            batch: Batch {
                after_id: r.after_id,
                upto_id: r.upto_id,
                row_count: r.rows_now,
                digest: r.digest,
            },
        })
        .collect())
}

/// The same seal by another key.
pub async fn seal_anew(
    tx: &mut Tx,
    seal: i64,
    key_id: &str,
    mac: &str,
    drop_mac: Option<&str>,
) -> Result<()> {
    sqlx::query!(
        "UPDATE audit_seal
         SET key_id = $2, mac = $3, drop_mac = $4
         WHERE id = $1",
        seal,
        key_id,
        mac,
        drop_mac
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The oldest seal that is older than so many days, and the mac of the one before it; `None`: none
/// is.
pub async fn oldest_to_drop(tx: &mut Tx, kept_days: i32) -> Result<Option<(String, Seal)>> {
    let row = sqlx::query_file!("src/store/sql/audit/oldest_to_drop.sql", kept_days);
    Ok(row.fetch_optional(tx.conn()).await?.map(|r| {
        let batch = Batch {
            after_id: r.after_id,
            upto_id: r.upto_id,
            row_count: r.rows_now,
            digest: r.digest,
        };
        let seal = Seal {
            id: r.id,
            mac: r.mac,
            key_id: r.key_id,
            drop_mac: None,
            row_count: r.row_count,
            batch,
        };
        (r.before, seal)
    }))
}

/// Keeps everybody from sealing until this transaction ends.
pub async fn lock(tx: &mut Tx) -> Result<()> {
    sqlx::query_scalar!("SELECT lock_seals()").fetch_one(tx.conn()).await?;
    Ok(())
}

/// Drops the rows of a seal, which stays; `false`: some of them are too young.
pub async fn drop_rows(tx: &mut Tx, seal: i64, drop_mac: &str) -> Result<bool> {
    let dropped = sqlx::query_scalar!(r#"SELECT drop_audit($1, $2) AS "dropped!""#, seal, drop_mac);
    Ok(dropped.fetch_one(tx.conn()).await?)
}
