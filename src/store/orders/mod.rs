//! Orders from shops: taken in once in their newest state, made into shipments, promised or given up.

mod change;

pub use change::bring_in_line;

use super::site::ShopRow;
use super::{Result, Tx};
use change::follow;
use sqlx::types::Json;

/// Makes the shipments of an order say what the order says now.
pub async fn settle(tx: &mut Tx, order: i64) -> Result<()> {
    let o = sqlx::query!("SELECT status, shop_holds, order_no, receiver FROM orders WHERE id = $1 FOR UPDATE", order).fetch_one(tx.conn()).await?;
    let live = shipments_of(tx, order).await?;
    if o.status == "cancelled" || o.status == "refunded" {
        for s in &live {
            give_up(tx, s, &o.order_no).await?;
        }
        return Ok(());
    }
    if o.shop_holds {
        for s in &live {
            hold(tx, s, &o.order_no).await?;
        }
        return Ok(());
    }
    if !live.is_empty() {
        let ids: Vec<i64> = live.iter().map(|s| s.id).collect();
        sqlx::query!("UPDATE shipment SET state = 'pending', reason = '' WHERE id = ANY ($1) AND state = 'held' AND reason = 'shop_holds'", &ids)
            .execute(tx.conn())
            .await?;
        return follow(tx, order, &live, &o.order_no, &o.receiver).await;
    }
    if o.status != "paid" {
        return Ok(());
    }
    make_shipments(tx, &[order]).await
}

struct Live {
    id: i64,
    state: String,
    shipment_no: String,
}

impl Live {
    /// Nothing of it is on the floor.
    fn is_not_begun(&self) -> bool {
        matches!(self.state.as_str(), "pending" | "ready" | "held" | "short")
    }
}

async fn shipments_of(tx: &mut Tx, order: i64) -> Result<Vec<Live>> {
    Ok(sqlx::query_as!(
        Live,
        "SELECT DISTINCT s.id, s.state, s.shipment_no FROM order_line ol JOIN share sh ON sh.order_line_id = ol.id
         JOIN shipment_line l ON l.id = sh.shipment_line_id JOIN shipment s ON s.id = l.shipment_id
         WHERE ol.order_id = $1 AND s.state <> 'cancelled' ORDER BY s.id",
        order
    )
    .fetch_all(tx.conn())
    .await?)
}

async fn give_up(tx: &mut Tx, s: &Live, order_no: &str) -> Result<()> {
    if s.state == "handed_over" {
        return raise_shipment(tx, "coming_back", s.id, &s.shipment_no, order_no).await;
    }
    cancel(tx, s.id, "order_cancelled").await?;
    let on_the_road = sqlx::query_scalar!(r#"SELECT EXISTS (SELECT 1 FROM parcel WHERE shipment_id = $1 AND state = 'handed_over') AS "yes!""#, s.id)
        .fetch_one(tx.conn())
        .await?;
    if on_the_road { raise_shipment(tx, "coming_back", s.id, &s.shipment_no, order_no).await } else { Ok(()) }
}

/// The shop holds it: it waits, and what is in totes is put back. What has a label already is a case for a person.
async fn hold(tx: &mut Tx, s: &Live, order_no: &str) -> Result<()> {
    if matches!(s.state.as_str(), "held" | "handed_over") || take_off_floor(tx, s.id, "held", "shop_holds").await? {
        return Ok(());
    }
    raise_shipment(tx, "shop_holds", s.id, &s.shipment_no, order_no).await
}

/// Gives a shipment up; what is in totes and boxes becomes put-back tasks.
pub async fn cancel(tx: &mut Tx, shipment: i64, why: &str) -> Result<()> {
    take_off_floor(tx, shipment, "cancelled", why).await.map(drop)
}

/// Trips before gates and shipments: whoever claims a trip locks it first too.
async fn lock_open_trips(tx: &mut Tx, shipment: i64) -> Result<()> {
    sqlx::query!(
        "SELECT id FROM trip WHERE state = 'open' AND id IN (SELECT trip_id FROM trip_shipment WHERE shipment_id = $1) ORDER BY id FOR UPDATE",
        shipment
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(())
}

/// Takes a shipment off the floor into `state`: what is not picked is freed, what is in totes and boxes is put back, its
/// promise ends. `false`: it has left already.
pub async fn take_off_floor(tx: &mut Tx, shipment: i64, state: &str, why: &str) -> Result<bool> {
    lock_open_trips(tx, shipment).await?;
    sqlx::query_scalar!("SELECT take_off_floor($1, $2, $3)", shipment, state, why).fetch_one(tx.conn()).await?;
    sqlx::query!(
        "UPDATE trip t SET state = 'cancelled' WHERE t.state = 'open' AND t.id IN (SELECT trip_id FROM trip_shipment WHERE shipment_id = $1)
           AND NOT EXISTS (SELECT 1 FROM stop st JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL WHERE st.trip_id = t.id)",
        shipment
    )
    .execute(tx.conn())
    .await?;
    Ok(sqlx::query_scalar!(r#"SELECT state = $2 AS "done!" FROM shipment WHERE id = $1"#, shipment, state).fetch_one(tx.conn()).await?)
}

/// Codes that name no item of ours are a case of their order.
async fn raise_unknown(tx: &mut Tx, orders: &[i64]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO exception (reason, subject, order_id, shop_id, said)
         SELECT 'unknown_item', o.order_no, o.id, o.shop_id, string_agg(l.sku, ', ' ORDER BY l.id) FROM orders o JOIN order_line l ON l.order_id = o.id
         WHERE o.id = ANY ($1) AND l.to_send > 0 AND l.item_id IS NULL GROUP BY o.id ON CONFLICT DO NOTHING",
        orders
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// A shipment for each of these orders that has goods to send; an unknown code or nobody to send it is a case.
pub(in crate::store) async fn make_shipments(tx: &mut Tx, orders: &[i64]) -> Result<()> {
    raise_unknown(tx, orders).await?;
    sqlx::query!(
        "INSERT INTO exception (reason, subject, order_id, shop_id)
         SELECT 'no_carrier', o.order_no, o.id, o.shop_id FROM orders o
         WHERE o.id = ANY ($1) AND NOT EXISTS (SELECT 1 FROM carrier) AND EXISTS (SELECT 1 FROM order_line ol WHERE ol.order_id = o.id AND not_taken_on(ol) > 0) ON CONFLICT DO NOTHING",
        orders
    )
    .execute(tx.conn())
    .await?;
    sqlx::query!(
        "WITH want AS MATERIALIZED (
           -- As `not_taken_on` has it, for many at once.
           SELECT ol.id, ol.order_id, ol.item_id, ol.to_send - coalesce(t.qty, 0) AS qty FROM order_line ol LEFT JOIN (
             SELECT z.order_line_id, sum(z.qty)::bigint AS qty FROM order_line x JOIN share z ON z.order_line_id = x.id JOIN shipment_line l ON l.id = z.shipment_line_id
             JOIN shipment s ON s.id = l.shipment_id AND (s.state <> 'cancelled' OR s.reason = 'given_up') WHERE x.order_id = ANY ($1) GROUP BY 1) t ON t.order_line_id = ol.id
           WHERE ol.order_id = ANY ($1) AND ol.to_send > coalesce(t.qty, 0)
         ), whole AS MATERIALIZED (
           SELECT k.*, 'S' || lpad(nextval('shipment_number')::text, 7, '0') AS no FROM (
             SELECT o.id, o.shop_id, o.placed_at, o.ship_by, o.receiver, w.id AS warehouse_id, c.id AS carrier_id, s.permits_parts, receiver_known(o.receiver) AS known
             FROM orders o JOIN shop s ON s.id = o.shop_id JOIN warehouse w ON w.id = (SELECT min(id) FROM warehouse)
             JOIN carrier c ON c.id = coalesce((SELECT id FROM carrier WHERE code = o.carrier), (SELECT min(id) FROM carrier))
             WHERE o.id = ANY ($1) AND o.id IN (SELECT order_id FROM want) AND o.id NOT IN (SELECT order_id FROM want WHERE item_id IS NULL)
             ORDER BY o.id) k
         ), ship AS (
           INSERT INTO shipment (warehouse_id, shipment_no, shop_id, state, reason, carrier_id, cutoff_at, ordered_at, permits_parts, receiver)
           SELECT warehouse_id, no, shop_id, CASE WHEN known THEN 'pending' ELSE 'held' END, CASE WHEN known THEN '' ELSE 'no_receiver' END,
                  carrier_id, least(ship_by, next_cutoff(warehouse_id, carrier_id)), placed_at, permits_parts, receiver FROM whole ORDER BY id
           RETURNING id, shipment_no
         ), goods AS MATERIALIZED (
           SELECT s.id AS shipment_id, ol.id AS order_line_id, i.owner_id, i.id AS item_id, ol.qty
           FROM whole k JOIN ship s ON s.shipment_no = k.no JOIN want ol ON ol.order_id = k.id JOIN item i ON i.id = ol.item_id
         ), line AS (
           INSERT INTO shipment_line (shipment_id, owner_id, item_id, qty)
           SELECT shipment_id, owner_id, item_id, sum(qty) FROM goods GROUP BY 1, 2, 3 ORDER BY 1, 3
           RETURNING id, shipment_id, item_id
         )
         INSERT INTO share (order_line_id, shipment_line_id, qty)
         SELECT g.order_line_id, l.id, g.qty FROM goods g JOIN line l ON l.shipment_id = g.shipment_id AND l.item_id = g.item_id",
        orders
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Promises what waits for stock, oldest first: up to `limit` that nobody has looked at yet, and as many that were without and
/// might have it now. Returns how many got it, and whether there may be more to look at.
pub async fn promise_some(tx: &mut Tx, limit: i64) -> Result<(usize, bool)> {
    let waiting = sqlx::query!(
        r#"SELECT warehouse_id, array_agg(id ORDER BY id) AS "ids!", count(*) FILTER (WHERE fresh) AS "fresh!" FROM (
             (SELECT warehouse_id, id, true AS fresh FROM shipment WHERE state = 'pending' AND reason = '' ORDER BY id LIMIT $1)
             UNION ALL
             (SELECT s.warehouse_id, s.id, false FROM shipment s WHERE s.state = 'pending' AND s.reason <> ''
               AND NOT EXISTS (SELECT 1 FROM shipment_line l WHERE l.shipment_id = s.id AND l.qty >
                    (SELECT coalesce(sum(v.free), 0) FROM sellable v WHERE v.warehouse_id = s.warehouse_id AND v.owner_id = l.owner_id AND v.item_id = l.item_id)
                    - (SELECT coalesce(sum(o.open), 0) FROM promise o WHERE o.warehouse_id = s.warehouse_id AND o.owner_id = l.owner_id AND o.item_id = l.item_id AND o.ended_at IS NULL))
             ORDER BY s.id LIMIT $1)) p GROUP BY 1 ORDER BY 1"#,
        limit
    )
    .fetch_all(tx.conn())
    .await?;
    let (mut promised, mut fresh) = (0, 0);
    for w in waiting {
        fresh += w.fresh;
        promised += sqlx::query_scalar!("SELECT promise_shipments($1, $2)", w.warehouse_id, &w.ids).fetch_all(tx.conn()).await?.len();
    }
    Ok((promised, fresh == limit))
}

/// Promises what waits for stock; returns how many shipments got it.
pub async fn promise_waiting(tx: &mut Tx, limit: i64) -> Result<usize> {
    Ok(promise_some(tx, limit).await?.0)
}

/// What cannot be had of a shipment goes later, in one of its own. `false`: nothing of it is there, or nothing lacks.
pub async fn split_rest(tx: &mut Tx, shipment: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!("SELECT split_rest($1)", shipment).fetch_one(tx.conn()).await?.is_some())
}

/// Promises one shipment, if it can be had.
pub async fn promise_again(tx: &mut Tx, warehouse: i64, shipment: i64) -> Result<bool> {
    let got = sqlx::query_scalar!("SELECT promise_shipments($1, ARRAY[$2::bigint])", warehouse, shipment).fetch_all(tx.conn()).await?;
    Ok(!got.is_empty())
}

/// Orders that are here, and shipments of them that nobody has looked at for stock yet.
pub async fn arrived(tx: &mut Tx) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        r#"SELECT (SELECT count(*) FROM orders) AS "orders!", (SELECT count(*) FROM shipment WHERE state = 'pending' AND reason = '') AS "undecided!""#
    )
    .fetch_one(tx.conn())
    .await?;
    Ok((row.orders, row.undecided))
}

/// The orders of a shop as it told them last.
pub async fn payloads(tx: &mut Tx, shop: &str) -> Result<Vec<serde_json::Value>> {
    Ok(sqlx::query_scalar!("SELECT o.payload FROM orders o JOIN shop s ON s.id = o.shop_id WHERE s.code = $1 ORDER BY o.id", shop).fetch_all(tx.conn()).await?)
}

/// A case about a shop's order, or about something else of a shop; orders of two shops may have the same number.
pub async fn raise(tx: &mut Tx, reason: &str, subject: &str, shop: Option<i64>, said: &str) -> Result<()> {
    sqlx::query!("INSERT INTO exception (reason, subject, shop_id, said) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING", reason, subject, shop, said)
        .execute(tx.conn())
        .await?;
    Ok(())
}

async fn raise_shipment(tx: &mut Tx, reason: &str, shipment: i64, shipment_no: &str, said: &str) -> Result<()> {
    sqlx::query!(
        "INSERT INTO exception (warehouse_id, reason, subject, shipment_id, said) SELECT warehouse_id, $1, $3, id, $4 FROM shipment WHERE id = $2 ON CONFLICT DO NOTHING",
        reason,
        shipment,
        shipment_no,
        said
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Books what orders of a counter say that has left or come back, up to so many of them; returns how many these were.
pub async fn book_counter(tx: &mut Tx, limit: i64) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"SELECT book_counter($1) AS "booked!""#, limit).fetch_one(tx.conn()).await?)
}

/// Lines whose codes name something by now.
async fn map_lines(tx: &mut Tx, order: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE order_line ol SET item_id = k.item_id FROM (
           SELECT l.id, coalesce(a.item_id, i.id) AS item_id FROM order_line l JOIN orders o ON o.id = l.order_id
           LEFT JOIN listing a ON a.shop_id = o.shop_id AND a.code = upper(l.sku)
           LEFT JOIN item i ON upper(i.sku) = upper(l.sku) AND i.owner_id = (SELECT min(id) FROM owner)
           WHERE l.order_id = $1 AND l.item_id IS NULL) k
         WHERE k.id = ol.id AND k.item_id IS NOT NULL",
        order
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Maps the lines of an order again and makes what is missing. `false`: still something unknown.
pub async fn try_again(tx: &mut Tx, exception: i64) -> Result<bool> {
    let order = sqlx::query_scalar!("SELECT order_id FROM exception WHERE id = $1", exception).fetch_one(tx.conn()).await?;
    let Some(order) = order else { return Ok(false) };
    map_lines(tx, order).await?;
    settle(tx, order).await?;
    // What was added to an order that is under way goes by itself.
    let go_on = sqlx::query_scalar!("SELECT id FROM orders WHERE id = $1 AND status = 'paid' AND NOT shop_holds", order).fetch_all(tx.conn()).await?;
    make_shipments(tx, &go_on).await?;
    sqlx::query!("UPDATE orders o SET unbooked = true FROM shop s WHERE o.id = $1 AND s.id = o.shop_id AND s.counter_id IS NOT NULL", order)
        .execute(tx.conn())
        .await?;
    let row = sqlx::query!(
        r#"SELECT coalesce(bool_or(l.item_id IS NULL AND wants_item(l)), false) AS "unknown!", coalesce(bool_or(not_taken_on(l) > 0), false) AS "wanted!" FROM order_line l WHERE l.order_id = $1"#,
        order
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(!row.unknown && !row.wanted)
}

/// The orders behind a parcel, with what is needed to ask their shops.
pub struct Origin {
    pub shop: ShopRow,
    pub order_no: String,
}

pub async fn behind_parcel(tx: &mut Tx, parcel: i64) -> Result<Vec<Origin>> {
    let rows = sqlx::query!(
        r#"SELECT DISTINCT to_jsonb(a) AS "shop!: Json<ShopRow>", o.order_no
         FROM parcel q JOIN shipment_line l ON l.shipment_id = q.shipment_id JOIN share sh ON sh.shipment_line_id = l.id
         JOIN order_line ol ON ol.id = sh.order_line_id JOIN orders o ON o.id = ol.order_id JOIN account a ON a.id = o.shop_id
         WHERE q.place_id = $1 ORDER BY o.order_no"#,
        parcel
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.into_iter().map(|r| Origin { shop: r.shop.0, order_no: r.order_no }).collect())
}
