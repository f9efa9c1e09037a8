//! Shops: accounts on a kind of platform, with their sealed secrets and their options.

use super::{Result, Rule, Thing, Tx, carriers, owners};
use crate::domain::life::MinLife;
use serde::Deserialize;
use serde_json::{Map, Value};

/// A shop's account, with what is needed to speak to it.
#[derive(Clone, Deserialize)]
pub struct ShopRow {
    pub id: i64,
    pub code: String,
    pub channel: String,
    pub url: String,
    pub key_id: String,
    /// Sealed, as are the tokens.
    pub secret: String,
    pub tokens: String,
    pub options: Value,
    /// With no answer from the shop, a parcel waits instead of going.
    pub waits: bool,
}

/// Which shop it is, and nothing of its secrets, sealed as they are.
impl std::fmt::Debug for ShopRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "shop {} ({})", self.code, self.channel)
    }
}

/// A shop to be; what is secret is sealed already.
pub struct NewShop<'a> {
    pub code: &'a str,
    pub channel: &'a str,
    pub url: &'a str,
    pub key_id: &'a str,
    pub secret: &'a str,
    /// Empty where the shop has none.
    pub tokens: &'a str,
    pub options: &'a Value,
    pub min_life: MinLife,
    pub notify: &'a str,
    pub no_answer: &'a str,
}

/// Makes a shop and the jobs that pull its orders (not for `file`) and push its stock (nor for
/// `folder`); returns its id. Refused as `shop_code_once` or `counter_is_a_bin`.
pub async fn add(tx: &mut Tx, s: &NewShop<'_>) -> Result<i64> {
    let id = sqlx::query_file_scalar!(
        "src/store/sql/shops/add.sql",
        s.code,
        s.channel,
        s.url,
        s.key_id,
        s.secret,
        s.min_life.days,
        s.min_life.pct,
        s.notify,
        s.no_answer,
        s.options
    )
    .fetch_one(tx.conn())
    .await?;
    set_counter(tx, id, s.options).await?;
    if !s.tokens.is_empty() {
        sqlx::query!(
            "INSERT INTO shop_token (shop_id, sealed)
             VALUES ($1, $2)",
            id,
            s.tokens
        )
        .execute(tx.conn())
        .await?;
    }
    // From files nothing is pulled.
    sqlx::query_file!("src/store/sql/shops/add_pull.sql", id).execute(tx.conn()).await?;
    // What it shows is compared by night, where the first warehouse stands.
    sqlx::query_file!("src/store/sql/shops/add_push.sql", id).execute(tx.conn()).await?;
    Ok(id)
}

/// The bin that a shop sells from over a counter, where its options name one.
async fn set_counter(tx: &mut Tx, shop: i64, options: &Value) -> Result<()> {
    let Some(counter) = options["counter"].as_str() else { return Ok(()) };
    // What is pulled from a platform was not sold over a counter of ours.
    let set = sqlx::query_file!("src/store/sql/shops/set_counter.sql", shop, counter)
        .execute(tx.conn())
        .await?;
    if set.rows_affected() == 0 {
        return Err(Rule::unknown(Thing::Counter, counter).into());
    }
    Ok(())
}

/// What is set otherwise from now on; what is `None` stays, an option with an empty value goes back
/// to its default.
pub struct ShopChange<'a> {
    pub url: Option<&'a str>,
    pub options: &'a Value,
    pub min_life: Option<MinLife>,
    pub notify: Option<&'a str>,
    pub no_answer: Option<&'a str>,
    pub permits_parts: Option<bool>,
    /// Whose goods it sells; who drives what it names no carrier for.
    pub owner: Option<&'a str>,
    pub carrier: Option<&'a str>,
}

/// Changes a shop, its options name by name. Refused as `owner_is_known`, `carrier_is_known` or
/// `counter_is_a_bin`.
pub async fn change(tx: &mut Tx, shop: ShopRow, change: &ShopChange<'_>) -> Result<()> {
    if let Some(owner) = change.owner {
        owners::known(tx, owner).await?;
    }
    if let Some(carrier) = change.carrier {
        carriers::known(tx, carrier).await?;
    }
    let mut options = shop.options;
    merge(&mut options, change.options);
    sqlx::query_file!(
        "src/store/sql/shops/change.sql",
        shop.id,
        change.url,
        options,
        change.min_life.map(|life| life.days),
        change.min_life.map(|life| life.pct),
        change.notify,
        change.no_answer,
        change.permits_parts,
        change.owner,
        change.carrier
    )
    .execute(tx.conn())
    .await?;
    set_counter(tx, shop.id, &options).await
}

/// Names of objects one by one, however deep; an empty text takes a name out.
fn merge(into: &mut Value, change: &Value) {
    let (Some(change), Value::Object(into)) = (change.as_object(), into) else { return };
    for (name, value) in change {
        match value {
            Value::String(text) if text.is_empty() => drop(into.remove(name)),
            Value::Object(_) => {
                let inner = into.entry(name).or_insert_with(|| Value::Object(Map::new()));
                if !inner.is_object() {
                    *inner = Value::Object(Map::new());
                }
                merge(inner, value);
            }
            value => drop(into.insert(name.clone(), value.clone())),
        }
    }
}

/// Refused if there is no shop of this code.
pub async fn known(tx: &mut Tx, code: &str) -> Result<()> {
    let known = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM shop WHERE code = $1) AS "known!""#,
        code
    )
    .fetch_one(tx.conn())
    .await?;
    if known {
        return Ok(());
    }
    Err(Rule::unknown(Thing::Shop, code).into())
}

/// A shop's account; never shown whole.
pub async fn find(tx: &mut Tx, code: &str) -> Result<Option<ShopRow>> {
    Ok(sqlx::query_file_as!(ShopRow, "src/store/sql/shops/find.sql", code)
        .fetch_optional(tx.conn())
        .await?)
}

/// Every shop's account, by code.
pub async fn all(tx: &mut Tx) -> Result<Vec<ShopRow>> {
    Ok(sqlx::query_file_as!(ShopRow, "src/store/sql/shops/all.sql").fetch_all(tx.conn()).await?)
}

/// Puts other seals on a shop's secrets. `others`: they are other secrets too, and whoever is
/// renewing the old ones has lost.
pub async fn reseal(
    tx: &mut Tx,
    shop: i64,
    secret: &str,
    tokens: &str,
    others: bool,
) -> Result<()> {
    sqlx::query!(
        "UPDATE shop
         SET secret = $2
         WHERE id = $1",
        shop,
        secret
    )
    .execute(tx.conn())
    .await?;
    sqlx::query_file!("src/store/sql/shops/reseal.sql", shop, tokens, i32::from(others))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Nobody else changes these rows meanwhile.
pub async fn lock(tx: &mut Tx) -> Result<()> {
    sqlx::query_file!("src/store/sql/shops/lock.sql").fetch_all(tx.conn()).await?;
    sqlx::query_file!("src/store/sql/shops/lock_tokens.sql").fetch_all(tx.conn()).await?;
    Ok(())
}

/// The demo's stand-in moves with every start.
pub async fn set_url(tx: &mut Tx, code: &str, url: &str) -> Result<()> {
    sqlx::query!(
        "UPDATE shop
         SET url = $2
         WHERE code = $1",
        code,
        url
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// What a site may know of its shops, by code; without secrets, tokens and options.
pub async fn list(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/shops/list.sql").fetch_all(tx.conn()).await?)
}
