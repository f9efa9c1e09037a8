//! Roles: which rights a person has.

use super::{Result, Rule, Thing, Tx, owners, shops};
use crate::domain::{Name, Right, Rights, Role};

/// A right that this program does not know, being older than the database, is none.
pub(super) fn role(code: String, en: String, zh: String, rights: &[String]) -> Role {
    let rights = rights.iter().filter_map(|code| Right::parse(code)).collect();
    Role { code, name: Name { en, zh, ..Name::default() }, rights, limited: false }
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
        .ok_or_else(|| Rule::unknown(Thing::Role, code).into())
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

/// An owner or a shop that a role's people can be limited to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    Owner(String),
    Shop(String),
}

impl Limit {
    /// As a choice on the screen is named: `owner:ACME`, `shop:TM`.
    pub fn code(&self) -> String {
        match self {
            Limit::Owner(code) => format!("owner:{code}"),
            Limit::Shop(code) => format!("shop:{code}"),
        }
    }

    /// Reads what `code` writes. `None`: it is no owner and no shop; whether there is one of that
    /// code is not asked.
    pub fn parse(code: &str) -> Option<Limit> {
        match code.split_once(':')? {
            ("owner", code) => Some(Limit::Owner(code.to_owned())),
            ("shop", code) => Some(Limit::Shop(code.to_owned())),
            _ => None,
        }
    }
}

/// All owners and shops, and whether a role names them. It works for all of a kind that it names
/// none of.
pub async fn limits(tx: &mut Tx, role: i64) -> Result<Vec<(Limit, bool)>> {
    let rows =
        sqlx::query_file!("src/store/sql/roles/limits.sql", role).fetch_all(tx.conn()).await?;
    Ok(rows.into_iter().filter_map(|r| Some((Limit::parse(&r.code)?, r.is_set))).collect())
}

/// Limits a role to these owners and no others; none is all. Refused as `owner_is_known`.
pub async fn limit_owners(tx: &mut Tx, role: &str, owners: &[String]) -> Result<()> {
    for code in owners {
        owners::known(tx, code).await?;
    }
    sqlx::query_file!("src/store/sql/roles/limit_owners.sql", role, owners)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Limits a role to these shops and no others; none is all. Refused as `shop_is_known`.
pub async fn limit_shops(tx: &mut Tx, role: &str, shops: &[String]) -> Result<()> {
    for code in shops {
        shops::known(tx, code).await?;
    }
    sqlx::query_file!("src/store/sql/roles/limit_shops.sql", role, shops)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Names an owner or a shop that a role did not name, or no longer the one that it did.
pub async fn turn_limit(tx: &mut Tx, role: &str, id: i64, turned: &Limit) -> Result<()> {
    let after = limits(tx, id).await?.into_iter().filter(|(limit, on)| *on != (limit == turned));
    let after: Vec<Limit> = after.map(|(limit, _)| limit).collect();
    match turned {
        Limit::Owner(_) => {
            let owners = after.into_iter().filter_map(|limit| match limit {
                Limit::Owner(code) => Some(code),
                Limit::Shop(_) => None,
            });
            limit_owners(tx, role, &owners.collect::<Vec<_>>()).await
        }
        Limit::Shop(_) => {
            let shops = after.into_iter().filter_map(|limit| match limit {
                Limit::Shop(code) => Some(code),
                Limit::Owner(_) => None,
            });
            limit_shops(tx, role, &shops.collect::<Vec<_>>()).await
        }
    }
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
