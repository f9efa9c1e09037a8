//! What scanners send around a scan, by person and by bench.

use super::{Result, Tx};
use crate::protocol::ScannerSettings;

/// The scanner that a person works with at a bench, or without one.
pub async fn for_person(
    tx: &mut Tx,
    person: i64,
    bench: Option<i64>,
) -> Result<Option<ScannerSettings>> {
    let row = sqlx::query_file_scalar!("src/store/sql/scanners/for_person.sql", person, bench)
        .fetch_optional(tx.conn())
        .await?;
    Ok(row.flatten().map(serde_json::from_value).transpose()?)
}

/// What a scan is without the prefix and suffix of each scanner that could have sent it.
pub async fn strip_framing(tx: &mut Tx, scan: &str) -> Result<Vec<String>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/scanners/strip_framing.sql", scan)
        .fetch_all(tx.conn())
        .await?)
}

/// Makes a scanner, or sets one otherwise for all who work with it.
pub async fn save(tx: &mut Tx, code: &str, scanner: &ScannerSettings) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/scanners/save.sql",
        code,
        scanner.prefix,
        scanner.suffix,
        scanner.gs.map(String::from)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A person, or a bench, works with this scanner from now on; `None` with what the terminal says.
/// `false`: no such scanner, person or bench.
pub async fn assign(
    tx: &mut Tx,
    scanner: Option<&str>,
    person: Option<&str>,
    bench: Option<&str>,
) -> Result<bool> {
    let known = sqlx::query_scalar!(
        r#"SELECT $1::text IS NULL OR EXISTS (SELECT 1 FROM scanner WHERE code = $1) AS "yes!""#,
        scanner
    )
    .fetch_one(tx.conn())
    .await?;
    let people = sqlx::query!(
        "UPDATE person
         SET scanner = $1
         WHERE $3 AND code = $2 AND role <> 'system'",
        scanner,
        person,
        known
    )
    .execute(tx.conn())
    .await?;
    let benches = sqlx::query_file!("src/store/sql/scanners/assign.sql", scanner, bench, known)
        .execute(tx.conn())
        .await?;
    Ok(people.rows_affected() + benches.rows_affected() > 0)
}

/// Code, prefix, suffix, what stands for GS, who and which benches use it; by code.
pub async fn list(tx: &mut Tx) -> Result<Vec<serde_json::Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/scanners/list.sql").fetch_all(tx.conn()).await?)
}
