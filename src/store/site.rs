//! What a site is made of: warehouses, shops, printers, carriers, goods, places. Written by the command line
//! and by the demo; rows come as JSON arrays so that a thousand bins are one statement.

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

pub async fn add_warehouse(tx: &mut Tx, code: &str, name: &str, tz: &str, demo: bool) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"SELECT add_warehouse($1, $2, $3, $4) AS "id!""#, code, name, tz, demo).fetch_one(tx.conn()).await?)
}

pub async fn first_warehouse(tx: &mut Tx) -> Result<i64> {
    Ok(sqlx::query_scalar!("SELECT id FROM warehouse ORDER BY id LIMIT 1").fetch_one(tx.conn()).await?)
}

/// The zone of the first warehouse's clock, which times without a zone mean.
pub async fn time_zone(tx: &mut Tx) -> Result<String> {
    let tz = sqlx::query_scalar!("SELECT tz FROM warehouse ORDER BY id LIMIT 1").fetch_optional(tx.conn()).await?;
    Ok(tz.unwrap_or_else(|| "UTC".to_owned()))
}

/// Is this database one that the demo made? Then the demo may drop it.
pub async fn is_demo(tx: &mut Tx) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT EXISTS (SELECT 1 FROM warehouse WHERE demo) AS "demo!""#).fetch_one(tx.conn()).await?)
}

pub async fn is_empty(tx: &mut Tx) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT NOT EXISTS (SELECT 1 FROM warehouse) AS "empty!""#).fetch_one(tx.conn()).await?)
}

/// Items with their packs and barcodes: `[{sku, name_en, name_zh, size, colour, weight_g, shelf_life, shelf_life_unit, min_life_days,
/// stop_sale_days, packs: [{level, units, codes: [..]}]}]`, of the default owner.
pub async fn add_items(tx: &mut Tx, rows: &Value) -> Result<()> {
    sqlx::query!(
        "INSERT INTO item (owner_id, sku, name_en, name_zh, size, colour, weight_g, shelf_life, shelf_life_unit, min_life_days, stop_sale_days)
         SELECT (SELECT min(id) FROM owner), x.sku, x.name_en, x.name_zh, coalesce(x.size, ''), coalesce(x.colour, ''), x.weight_g, x.shelf_life, x.shelf_life_unit, x.min_life_days, x.stop_sale_days
         FROM jsonb_to_recordset($1) AS x(sku text, name_en text, name_zh text, size text, colour text, weight_g bigint, shelf_life int, shelf_life_unit text,
                                         min_life_days int, stop_sale_days int)",
        rows
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "WITH p AS (SELECT i.id AS item_id, i.owner_id, k.level, k.units, k.codes FROM jsonb_to_recordset($1) AS x(sku text, packs jsonb)
                    JOIN item i ON i.sku = x.sku, jsonb_to_recordset(x.packs) AS k(level text, units bigint, codes jsonb)),
              made AS (INSERT INTO pack (item_id, level, units) SELECT item_id, level, units FROM p RETURNING id, item_id, level)
         INSERT INTO barcode (code, owner_id, pack_id)
         SELECT c.code, p.owner_id, made.id FROM p JOIN made USING (item_id, level), jsonb_array_elements_text(p.codes) AS c(code)",
        rows
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Bins: `[{code, use, zone, seq, level, promisable, pickable}]`.
pub async fn add_bins(tx: &mut Tx, warehouse: i64, rows: &Value) -> Result<()> {
    sqlx::query!(
        "WITH x AS (SELECT * FROM jsonb_to_recordset($2) AS x(code text, use text, zone text, seq int, level int, promisable boolean, pickable boolean)),
              p AS (INSERT INTO place (warehouse_id, code, kind) SELECT $1, code, 'bin' FROM x RETURNING id, code)
         INSERT INTO bin (place_id, use, zone, seq, level, promisable, pickable)
         SELECT p.id, x.use, x.zone, x.seq, x.level, x.promisable, x.pickable FROM x JOIN p USING (code)",
        warehouse,
        rows
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Containers: `[{code, kind, stands_in}]`; `stands_in` is the code of a place.
pub async fn add_containers(tx: &mut Tx, warehouse: i64, rows: &Value) -> Result<()> {
    sqlx::query!(
        "WITH x AS (SELECT * FROM jsonb_to_recordset($2) AS x(code text, kind text, stands_in text)),
              p AS (INSERT INTO place (warehouse_id, code, kind) SELECT $1, code, 'container' FROM x RETURNING id, code)
         INSERT INTO container (place_id, kind, stands_in)
         SELECT p.id, x.kind, s.id FROM x JOIN p USING (code) JOIN place s ON s.warehouse_id = $1 AND s.code = x.stands_in",
        warehouse,
        rows
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

pub async fn add_trolleys(tx: &mut Tx, warehouse: i64, codes: &[String]) -> Result<()> {
    sqlx::query!("INSERT INTO place (warehouse_id, code, kind) SELECT $1, c, 'trolley' FROM unnest($2::text[]) AS c", warehouse, codes)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Stock comes in as movements from the supplier: `[{place, sku, lot, last_good_day, qty}]`; lots are made as needed.
pub async fn receive(tx: &mut Tx, warehouse: i64, person: i64, command: Uuid, rows: &Value) -> Result<()> {
    sqlx::query!(
        "INSERT INTO lot (owner_id, item_id, number, last_good_day)
         SELECT DISTINCT i.owner_id, i.id, coalesce(x.lot, ''), coalesce(x.last_good_day, 'infinity')
         FROM jsonb_to_recordset($1) AS x(sku text, lot text, last_good_day date) JOIN item i ON i.sku = x.sku
         ON CONFLICT ON CONSTRAINT lot_once DO NOTHING",
        rows
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "INSERT INTO movement (warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reason, person_id, command)
         SELECT $2, i.owner_id, i.id, l.id, x.qty, v.id, p.id, 'receive', $3, $4
         FROM jsonb_to_recordset($1) AS x(place text, sku text, lot text, last_good_day date, qty bigint)
         JOIN item i ON i.sku = x.sku
         JOIN lot l ON l.item_id = i.id AND l.number = coalesce(x.lot, '') AND l.last_good_day = coalesce(x.last_good_day, 'infinity')
         JOIN place p ON p.warehouse_id = $2 AND p.code = x.place
         JOIN place v ON v.warehouse_id = $2 AND v.code = 'SUPPLIER'",
        rows,
        warehouse,
        person,
        command
    )
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
    let id = sqlx::query_scalar!(
        "INSERT INTO shop (code, channel, url, key_id, secret, min_life_days, notify, no_answer, options) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id",
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
        sqlx::query!("INSERT INTO shop_token (shop_id, sealed) VALUES ($1, $2)", id, s.tokens).execute(tx.conn()).await?;
    }
    // From files nothing is pulled.
    sqlx::query!("INSERT INTO job (kind, shop_id) SELECT 'pull', id FROM shop WHERE id = $1 AND channel <> 'file'", id).execute(tx.conn()).await?;
    // What it shows is compared by night, where the first warehouse stands.
    sqlx::query!(
        "INSERT INTO job (kind, shop_id, next_at) SELECT k.kind, s.id, CASE WHEN k.kind = 'push' THEN now() ELSE coalesce((SELECT (today(w.id) + 1 + time '03:00') AT TIME ZONE w.tz FROM warehouse w ORDER BY w.id LIMIT 1), now()) END
         FROM shop s, unnest(ARRAY['push', 'compare']) AS k(kind) WHERE s.id = $1 AND s.channel NOT IN ('file', 'folder')",
        id
    )
    .execute(tx.conn())
    .await?;
    Ok(id)
}

/// The bin that a shop sells from over a counter, where its options name one.
async fn set_till(tx: &mut Tx, shop: i64, options: &Value) -> Result<()> {
    let Some(till) = options["till"].as_str() else { return Ok(()) };
    // What is pulled from a platform was not sold over a counter of ours.
    let set = sqlx::query!(
        "UPDATE shop SET counter_id = p.id, options = options - 'till' FROM place p WHERE shop.id = $1 AND shop.channel IN ('file', 'folder') AND p.kind = 'bin' AND upper(p.code) = upper($2)",
        shop,
        till
    )
    .execute(tx.conn())
    .await?;
    if set.rows_affected() == 0 {
        return Err(Error::Refused { constraint: "till_is_a_bin".into(), said: till.to_owned() });
    }
    Ok(())
}

/// What is set otherwise from now on; what is `None` stays, an option with an empty value goes back to its default.
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
    sqlx::query!(
        "UPDATE shop SET url = coalesce($2, url), options = $3, min_life_days = coalesce($4, min_life_days), notify = coalesce($5, notify), no_answer = coalesce($6, no_answer) WHERE id = $1",
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
    Ok(sqlx::query_as!(
        ShopRow,
        r#"SELECT id AS "id!", code AS "code!", channel AS "channel!", url AS "url!", key_id AS "key_id!", secret AS "secret!", tokens AS "tokens!", options AS "options!", waits AS "waits!"
           FROM account WHERE code = $1"#,
        code
    )
    .fetch_optional(tx.conn())
    .await?)
}

/// Every shop's account, by code.
pub async fn shop_rows(tx: &mut Tx) -> Result<Vec<ShopRow>> {
    Ok(sqlx::query_as!(
        ShopRow,
        r#"SELECT id AS "id!", code AS "code!", channel AS "channel!", url AS "url!", key_id AS "key_id!", secret AS "secret!", tokens AS "tokens!", options AS "options!", waits AS "waits!"
           FROM account ORDER BY code"#
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Puts other seals on a shop's secrets. `others`: they are other secrets too, and whoever is renewing the old ones has lost.
pub async fn reseal(tx: &mut Tx, shop: i64, secret: &str, tokens: &str, others: bool) -> Result<()> {
    sqlx::query!("UPDATE shop SET secret = $2 WHERE id = $1", shop, secret).execute(tx.conn()).await?;
    sqlx::query!(
        "INSERT INTO shop_token (shop_id, sealed) SELECT $1, $2 WHERE $2 <> '' ON CONFLICT (shop_id) DO UPDATE SET sealed = excluded.sealed, fence = shop_token.fence + $3::int,
         lease_until = CASE WHEN $3 = 0 THEN shop_token.lease_until END, next_at = CASE WHEN $3 = 0 THEN shop_token.next_at ELSE now() END, errors = CASE WHEN $3 = 0 THEN shop_token.errors ELSE 0 END",
        shop,
        tokens,
        i32::from(others)
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Nobody else changes these rows meanwhile.
pub async fn lock_shops(tx: &mut Tx) -> Result<()> {
    sqlx::query!("SELECT id FROM shop ORDER BY id FOR UPDATE").fetch_all(tx.conn()).await?;
    sqlx::query!("SELECT shop_id FROM shop_token ORDER BY shop_id FOR UPDATE").fetch_all(tx.conn()).await?;
    Ok(())
}

/// The demo's stand-in moves with every start.
pub async fn move_shop(tx: &mut Tx, code: &str, url: &str) -> Result<()> {
    sqlx::query!("UPDATE shop SET url = $2 WHERE code = $1", code, url).execute(tx.conn()).await?;
    Ok(())
}

pub async fn shops(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT json_build_object('code', code, 'channel', channel, 'url', url, 'key_id', key_id, 'min_life_days', min_life_days,
                  'notify', notify, 'no_answer', no_answer) AS "row!" FROM shop ORDER BY code"#
    )
    .fetch_all(tx.conn())
    .await?)
}

pub async fn add_printer(tx: &mut Tx, code: &str, url: &str, dpi: i32, cjk_font: &str, bench: Option<&str>) -> Result<bool> {
    let id = sqlx::query_scalar!("INSERT INTO printer (code, url, dpi, cjk_font) VALUES ($1, $2, $3, $4) RETURNING id", code, url, dpi, cjk_font)
        .fetch_one(tx.conn())
        .await?;
    let Some(bench) = bench else { return Ok(true) };
    let bound = sqlx::query!("UPDATE bench SET printer_id = $1 FROM place p WHERE p.id = bench.place_id AND p.code = $2", id, bench).execute(tx.conn()).await?;
    Ok(bound.rows_affected() > 0)
}

/// Makes a bench of a bin with use `bench`.
pub async fn add_benches(tx: &mut Tx, warehouse: i64) -> Result<()> {
    sqlx::query!(
        "INSERT INTO bench (place_id) SELECT b.place_id FROM bin b JOIN place p ON p.id = b.place_id WHERE b.use = 'bench' AND p.warehouse_id = $1 ON CONFLICT DO NOTHING",
        warehouse
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Code, URL, dpi, trouble, benches; by code.
pub async fn printers(tx: &mut Tx) -> Result<Vec<Value>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT json_build_object('code', r.code, 'url', r.url, 'dpi', r.dpi, 'cjk_font', r.cjk_font, 'trouble', r.trouble,
                  'benches', (SELECT string_agg(p.code, ' ' ORDER BY p.code) FROM bench b JOIN place p ON p.id = b.place_id WHERE b.printer_id = r.id)) AS "row!"
           FROM printer r ORDER BY r.code"#
    )
    .fetch_all(tx.conn())
    .await?)
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
    sqlx::query!(
        "INSERT INTO carrier (code, name, waybill_prefix, waybill_next, waybill_last, cutoff, transit_days) VALUES ($1, $2, $3, $4, $5, $6::text::time, $7)",
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
    Ok(sqlx::query_scalar!(
        r#"SELECT json_build_object('code', code, 'name', name, 'waybills_left', greatest(waybill_last - waybill_next + 1, 0),
                  'cutoff', to_char(cutoff, 'HH24:MI'), 'transit_days', transit_days) AS "row!" FROM carrier ORDER BY code"#
    )
    .fetch_all(tx.conn())
    .await?)
}
