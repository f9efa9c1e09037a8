//! What a site is made of: warehouses, shops, printers, carriers, goods, places. Written by the
//! command line and by the demo; rows come as JSON arrays so that a thousand bins are one
//! statement.

use super::{Error, Result, Tx};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

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

/// GS1's demonstration prefix; a site puts its own company prefix here once it prints for the road.
pub const GS1_PREFIX: &str = "952";

pub async fn add_warehouse(
    tx: &mut Tx,
    code: &str,
    name: &str,
    tz: &str,
    demo: bool,
) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT add_warehouse($1, $2, $3, $4) AS "id!""#,
        code,
        name,
        tz,
        demo
    )
    .fetch_one(tx.conn())
    .await?)
}

pub async fn first_warehouse(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_file_scalar!("src/store/sql/site/first_warehouse.sql")
        .fetch_one(tx.conn())
        .await?)
}

/// The zone of the first warehouse's clock, which times without a zone mean.
pub async fn time_zone(tx: &mut Tx) -> Result<String> {
    let tz = sqlx::query_file_scalar!("src/store/sql/site/time_zone.sql")
        .fetch_optional(tx.conn())
        .await?;
    Ok(tz.unwrap_or_else(|| "UTC".to_owned()))
}

/// Is this database one that the demo made? Then the demo may drop it.
pub async fn is_demo(tx: &mut Tx) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT EXISTS (SELECT 1 FROM warehouse WHERE demo) AS "demo!""#)
        .fetch_one(tx.conn())
        .await?)
}

pub async fn is_empty(tx: &mut Tx) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT NOT EXISTS (SELECT 1 FROM warehouse) AS "empty!""#)
        .fetch_one(tx.conn())
        .await?)
}

/// Items with their packs and barcodes: `[{sku, name_en, name_zh, size, colour, weight_g,
/// shelf_life, shelf_life_unit, min_life_days, stop_sale_days, packs: [{level, units, codes:
/// [..]}]}]`, of the default owner.
pub async fn add_items(tx: &mut Tx, rows: &Value) -> Result<()> {
    sqlx::query_file!("src/store/sql/site/add_items.sql", rows).execute(tx.conn()).await?;
    sqlx::query_file!("src/store/sql/site/add_packs.sql", rows).execute(tx.conn()).await?;
    Ok(())
}

/// Bins: `[{code, use, zone, seq, level, promisable, pickable}]`.
pub async fn add_bins(tx: &mut Tx, warehouse: i64, rows: &Value) -> Result<()> {
    sqlx::query_file!("src/store/sql/site/add_bins.sql", warehouse, rows)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Containers: `[{code, kind, stands_in}]`; `stands_in` is the code of a place.
pub async fn add_containers(tx: &mut Tx, warehouse: i64, rows: &Value) -> Result<()> {
    sqlx::query_file!("src/store/sql/site/add_containers.sql", warehouse, rows)
        .execute(tx.conn())
        .await?;
    Ok(())
}

pub async fn add_trolleys(tx: &mut Tx, warehouse: i64, codes: &[String]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO place (warehouse_id, code, kind)
             SELECT $1, c, 'trolley'
             FROM unnest($2::text[]) AS c",
        warehouse,
        codes
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Stock comes in as movements from the supplier: `[{place, sku, lot, last_good_day, qty}]`; lots
/// are made as needed.
pub async fn receive(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    command: Uuid,
    rows: &Value,
) -> Result<()> {
    sqlx::query_file!("src/store/sql/site/receive_lots.sql", rows).execute(tx.conn()).await?;
    sqlx::query_file!("src/store/sql/site/receive.sql", rows, warehouse, person, command)
        .execute(tx.conn())
        .await?;
    Ok(())
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
    pub min_life_days: i32,
    pub notify: &'a str,
    pub no_answer: &'a str,
}

pub async fn add_shop(tx: &mut Tx, s: &NewShop<'_>) -> Result<i64> {
    let id = sqlx::query_file_scalar!(
        "src/store/sql/site/add_shop.sql",
        s.code,
        s.channel,
        s.url,
        s.key_id,
        s.secret,
        s.min_life_days,
        s.notify,
        s.no_answer,
        s.options
    )
    .fetch_one(tx.conn())
    .await?;
    set_till(tx, id, s.options).await?;
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
    sqlx::query_file!("src/store/sql/site/add_shop_pull.sql", id).execute(tx.conn()).await?;
    // What it shows is compared by night, where the first warehouse stands.
    sqlx::query_file!("src/store/sql/site/add_shop_push.sql", id).execute(tx.conn()).await?;
    Ok(id)
}

/// The bin that a shop sells from over a counter, where its options name one.
async fn set_till(tx: &mut Tx, shop: i64, options: &Value) -> Result<()> {
    let Some(till) = options["till"].as_str() else { return Ok(()) };
    // What is pulled from a platform was not sold over a counter of ours.
    let set =
        sqlx::query_file!("src/store/sql/site/set_till.sql", shop, till).execute(tx.conn()).await?;
    if set.rows_affected() == 0 {
        return Err(Error::Refused {
            constraint: "till_is_a_bin".into(),
            message: till.to_owned(),
        });
    }
    Ok(())
}

/// What is set otherwise from now on; what is `None` stays, an option with an empty value goes back
/// to its default.
pub struct ShopChange<'a> {
    pub url: Option<&'a str>,
    pub options: &'a Value,
    pub min_life_days: Option<i32>,
    pub notify: Option<&'a str>,
    pub no_answer: Option<&'a str>,
}

pub async fn change_shop(tx: &mut Tx, shop: ShopRow, change: &ShopChange<'_>) -> Result<()> {
    let mut options = shop.options;
    merge(&mut options, change.options);
    sqlx::query_file!(
        "src/store/sql/site/change_shop.sql",
        shop.id,
        change.url,
        options,
        change.min_life_days,
        change.notify,
        change.no_answer
    )
    .execute(tx.conn())
    .await?;
    set_till(tx, shop.id, &options).await
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

/// A shop's account; never shown whole.
pub async fn shop(tx: &mut Tx, code: &str) -> Result<Option<ShopRow>> {
    Ok(sqlx::query_file_as!(ShopRow, "src/store/sql/site/shop.sql", code)
        .fetch_optional(tx.conn())
        .await?)
}

/// Every shop's account, by code.
pub async fn shop_rows(tx: &mut Tx) -> Result<Vec<ShopRow>> {
    Ok(sqlx::query_file_as!(ShopRow, "src/store/sql/site/shop_rows.sql")
        .fetch_all(tx.conn())
        .await?)
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
    sqlx::query_file!("src/store/sql/site/reseal.sql", shop, tokens, i32::from(others))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Nobody else changes these rows meanwhile.
pub async fn lock_shops(tx: &mut Tx) -> Result<()> {
    sqlx::query_file!("src/store/sql/site/lock_shops.sql").fetch_all(tx.conn()).await?;
    sqlx::query_file!("src/store/sql/site/lock_tokens.sql").fetch_all(tx.conn()).await?;
    Ok(())
}

/// The demo's stand-in moves with every start.
pub async fn move_shop(tx: &mut Tx, code: &str, url: &str) -> Result<()> {
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

pub async fn shops(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/site/shops.sql").fetch_all(tx.conn()).await?)
}

pub async fn add_printer(
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
    let bound = sqlx::query_file!("src/store/sql/site/add_printer.sql", id, bench)
        .execute(tx.conn())
        .await?;
    Ok(bound.rows_affected() > 0)
}

/// Makes a bench of a bin with use `bench`.
pub async fn add_benches(tx: &mut Tx, warehouse: i64) -> Result<()> {
    sqlx::query_file!("src/store/sql/site/add_benches.sql", warehouse).execute(tx.conn()).await?;
    Ok(())
}

/// Code, URL, dpi, trouble, benches; by code.
pub async fn printers(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/site/printers.sql").fetch_all(tx.conn()).await?)
}

pub struct NewCarrier<'a> {
    pub code: &'a str,
    pub name: &'a str,
    pub prefix: &'a str,
    pub first: i64,
    pub last: i64,
    pub cutoff: &'a str,
    pub transit_days: i32,
}

pub async fn add_carrier(tx: &mut Tx, c: &NewCarrier<'_>) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/site/add_carrier.sql",
        c.code,
        c.name,
        c.prefix,
        c.first,
        c.last,
        c.cutoff,
        c.transit_days
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn carriers(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/site/carriers.sql").fetch_all(tx.conn()).await?)
}
