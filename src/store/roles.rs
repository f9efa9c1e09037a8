//! Roles: which rights a person has.

use super::{Error, Result, Tx};
use crate::domain::{Name, Right, Rights, Role};

/// A right that this program does not know, being older than the database, is none.
pub(super) fn role(code: String, en: String, zh: String, rights: &[String]) -> Role {
    let rights = rights.iter().filter_map(|code| Right::parse(code)).collect();
    Role { code, name: Name { en, zh, ..Name::default() }, rights }
}

fn codes(rights: Rights) -> Vec<String> {
    rights.iter().map(|right| right.code().to_owned()).collect()
}

/// A role of people by its code, locked. Refused as `role_is_known` if there is none.
pub async fn find(tx: &mut Tx, code: &str) -> Result<Role> {
    let row = sqlx::query_file!("src/store/sql/roles/find.sql", code);
    row.fetch_optional(tx.conn())
        .await?
        .map(|r| role(r.code, r.name_en, r.name_zh, &r.rights))
        .ok_or_else(|| Error::Refused {
            constraint: "role_is_known".into(),
            message: code.to_owned(),
        })
}

/// A role of people, to look at: nothing is locked.
pub async fn by_id(tx: &mut Tx, id: i64) -> Result<Option<Role>> {
    let row = sqlx::query_file!("src/store/sql/roles/by_id.sql", id);
    let row = row.fetch_optional(tx.conn()).await?;
    Ok(row.map(|r| role(r.code, r.name_en, r.name_zh, &r.rights)))
}

/// All of them, without the program's own.
pub async fn all(tx: &mut Tx) -> Result<Vec<Role>> {
    let rows = sqlx::query_file!("src/store/sql/roles/all.sql").fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().map(|r| role(r.code, r.name_en, r.name_zh, &r.rights)).collect())
}

/// Code, names, rights, how many people; in the order in which they were made.
pub async fn list(tx: &mut Tx) -> Result<Vec<serde_json::Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/roles/list.sql").fetch_all(tx.conn()).await?)
}

/// Makes a role or changes it; a name that is not given stays.
pub async fn set(
    tx: &mut Tx,
    code: &str,
    en: Option<&str>,
    zh: Option<&str>,
    rights: Rights,
    locks_after_min: Option<i32>,
) -> Result<()> {
    let rights = codes(rights);
    sqlx::query_file!("src/store/sql/roles/set.sql", code, en, zh, &rights, locks_after_min)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Removes a role that nobody has. `false`: there is no such role.
pub async fn remove(tx: &mut Tx, code: &str) -> Result<bool> {
    let done = sqlx::query!(
        "DELETE FROM role
         WHERE code = $1 AND code <> 'system'",
        code
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// From now on this is the person's role. `false`: there is no such person.
pub async fn give(tx: &mut Tx, person: i64, code: &str) -> Result<bool> {
    find(tx, code).await?;
    let done = sqlx::query!(
        "UPDATE person
         SET role = $2
         WHERE id = $1 AND role <> 'system'",
        person,
        code
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected() > 0)
}
