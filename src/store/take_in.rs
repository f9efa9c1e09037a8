//! Orders from shops are taken in by pages: each once, in its newest state. What the database refuses of a page is found by
//! halving it, so that one bad order costs a few more statements and holds up no other.

use super::{Error, Result, Tx, orders};
use crate::domain::order::ShopOrder;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What taking in one order did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    New,
    Changed,
    /// It was here in this state, or in a newer one.
    Known,
}

/// Takes one order in. What the database refuses is undone; the caller makes an exception of it.
pub async fn take_in(tx: &mut Tx, shop: i64, order: &ShopOrder) -> Result<Taken> {
    Ok(attempt(tx, shop, &[order]).await?.first().map_or(Taken::Known, |(_, taken)| *taken))
}

/// Takes a page in; an order that is refused becomes a case. Returns how many were new or had changed.
pub async fn take_in_page(tx: &mut Tx, shop: i64, page: &[&ShopOrder]) -> Result<usize> {
    let mut newest: BTreeMap<&str, &ShopOrder> = BTreeMap::new();
    for order in page {
        let at = |order: &ShopOrder| order.updated_at.parse::<jiff::Timestamp>().unwrap_or_default();
        let known = newest.entry(&order.order_no).or_insert(order);
        if at(order) >= at(known) {
            *known = order;
        }
    }
    let page: Vec<&ShopOrder> = newest.into_values().collect();
    let (mut taken, mut refused) = (0, Vec::new());
    let mut parts = vec![page.as_slice()];
    while let Some(part) = parts.pop() {
        let said = match attempt(tx, shop, part).await {
            Ok(done) => {
                taken += done.len();
                continue;
            }
            Err(Error::Refused { constraint, .. }) => constraint,
            Err(Error::Bug(said)) => said,
            Err(error) => return Err(error),
        };
        match part {
            [] => {}
            [order] => {
                orders::raise(tx, "unreadable", &order.order_no, Some(shop), &said).await?;
                refused.push(order.order_no.as_str());
            }
            _ => parts.extend([&part[..part.len() / 2], &part[part.len() / 2..]]),
        }
    }
    if taken > 0 {
        let read: Vec<String> = page.iter().filter(|order| !refused.contains(&order.order_no.as_str())).map(|order| order.order_no.clone()).collect();
        sqlx::query!(
            "UPDATE exception SET done_at = now() WHERE done_at IS NULL AND reason = 'unreadable' AND subject = ANY ($2) AND shop_id = $1",
            shop,
            &read
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(taken)
}

/// All of them or none.
async fn attempt(tx: &mut Tx, shop: i64, page: &[&ShopOrder]) -> Result<Vec<(i64, Taken)>> {
    tx.attempt().await?;
    let taken = upsert(tx, shop, page).await;
    tx.attempted(taken.is_ok()).await?;
    taken
}

/// Orders that a shop split are no more; their parts come with numbers of their own, and must not be sent besides.
async fn take_the_place_of(tx: &mut Tx, shop: i64, parents: &[String]) -> Result<()> {
    if parents.is_empty() {
        return Ok(());
    }
    let gone = sqlx::query_scalar!(
        "UPDATE orders SET status = 'cancelled' WHERE shop_id = $1 AND order_no = ANY ($2) AND status IN ('pending', 'paid') RETURNING id",
        shop,
        parents
    )
    .fetch_all(tx.conn())
    .await?;
    for order in gone {
        orders::settle(tx, order).await?;
    }
    Ok(())
}

/// Those that were new or had changed, by id.
async fn upsert(tx: &mut Tx, shop: i64, page: &[&ShopOrder]) -> Result<Vec<(i64, Taken)>> {
    let parents: Vec<String> = page.iter().filter_map(|order| order.replaces.clone()).collect();
    take_the_place_of(tx, shop, &parents).await?;
    let rows = Value::Array(page.iter().map(|order| row(order)).collect());
    let taken = sqlx::query!(
        r#"INSERT INTO orders (shop_id, order_no, status, shop_holds, placed_at, modified_at, paid_at, currency, total_minor, carrier, ship_by, receiver, note, payload, unbooked)
           SELECT $1, x.*, (SELECT counter_id IS NOT NULL FROM shop WHERE id = $1) FROM json_to_recordset($2::json) AS x(order_no text, status text, shop_holds boolean, placed_at timestamptz, modified_at timestamptz, paid_at timestamptz,
             currency text, total_minor bigint, carrier text, ship_by timestamptz, receiver json, note text, payload json) ORDER BY x.order_no
           ON CONFLICT ON CONSTRAINT order_once DO UPDATE SET status = excluded.status, shop_holds = excluded.shop_holds, modified_at = excluded.modified_at, paid_at = excluded.paid_at,
             currency = excluded.currency, total_minor = excluded.total_minor, carrier = excluded.carrier, ship_by = excluded.ship_by,
             receiver = excluded.receiver, note = excluded.note, payload = excluded.payload, unbooked = excluded.unbooked
           WHERE orders.modified_at < excluded.modified_at OR (orders.modified_at = excluded.modified_at AND orders.payload::text <> excluded.payload::text)
           RETURNING id, status, (xmax = 0) AS "new!""#,
        shop,
        rows
    )
    .fetch_all(tx.conn())
    .await?;
    let ids = |wanted: &dyn Fn(bool) -> bool| -> Vec<i64> { taken.iter().filter(|order| wanted(order.new)).map(|order| order.id).collect() };
    let (all, changed) = (ids(&|_| true), ids(&|new| !new));
    if all.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query!(
        "INSERT INTO order_version (order_id, modified_at, status, payload) SELECT id, modified_at, status, payload FROM orders WHERE id = ANY ($1)",
        &all
    )
    .execute(tx.conn())
    .await?;
    lines(tx, shop, &rows, &all, &changed).await?;
    let paid: Vec<i64> = taken.iter().filter(|order| order.new && order.status == "paid").map(|order| order.id).collect();
    if !paid.is_empty() {
        orders::make_shipments(tx, &paid).await?;
    }
    for order in changed {
        orders::settle(tx, order).await?;
    }
    Ok(taken.iter().map(|order| (order.id, if order.new { Taken::New } else { Taken::Changed })).collect())
}

/// The lines as these orders have them now; a line that is no longer said is cancelled.
async fn lines(tx: &mut Tx, shop: i64, rows: &Value, all: &[i64], changed: &[i64]) -> Result<()> {
    sqlx::query!(
        "INSERT INTO order_line (order_id, line_no, sku, title, item_id, qty, unit_price_minor, cancelled, elsewhere)
         SELECT o.id, x.line_no, x.sku, x.title, coalesce(a.item_id, i.id), x.qty, x.unit_price_minor, x.cancelled,
                -- What is on its way and is not ours left without us. While ours is on the floor the shop is not believed: some
                -- say there that they sent what they are about to send.
                least(x.qty, x.sent, coalesce((SELECT CASE WHEN w.open THEN b.elsewhere ELSE greatest(b.elsewhere, x.sent - w.gone) END FROM order_line b CROSS JOIN LATERAL (
                  SELECT coalesce(bool_or(s.state <> 'handed_over'), false) AS open, coalesce(sum(z.qty) FILTER (WHERE s.state = 'handed_over'), 0)::bigint AS gone
                  FROM share z JOIN shipment_line sl ON sl.id = z.shipment_line_id JOIN shipment s ON s.id = sl.shipment_id AND s.state <> 'cancelled' WHERE z.order_line_id = b.id) w
                  WHERE b.order_id = o.id AND b.line_no = x.line_no), x.sent))
         FROM json_to_recordset($2::json) AS p(order_no text, lines json)
         JOIN orders o ON o.shop_id = $1 AND o.order_no = p.order_no AND o.id = ANY ($3)
         CROSS JOIN ROWS FROM (json_to_recordset(p.lines) AS (line_no text, sku text, title text, qty bigint, unit_price_minor bigint, cancelled boolean, sent bigint))
           WITH ORDINALITY AS x(line_no, sku, title, qty, unit_price_minor, cancelled, sent, n)
         LEFT JOIN listing a ON a.shop_id = $1 AND a.code = upper(x.sku)
         LEFT JOIN item i ON upper(i.sku) = upper(x.sku) AND i.owner_id = (SELECT min(id) FROM owner)
         ORDER BY o.id, x.n
         ON CONFLICT ON CONSTRAINT order_line_once DO UPDATE SET sku = excluded.sku, title = excluded.title, item_id = excluded.item_id,
           qty = excluded.qty, unit_price_minor = excluded.unit_price_minor, cancelled = excluded.cancelled, elsewhere = excluded.elsewhere",
        shop,
        rows,
        all
    )
    .execute(tx.conn())
    .await?;
    // What the shop calls an item is learnt from its orders.
    sqlx::query!(
        "INSERT INTO listing (shop_id, code, item_id, reference)
         SELECT DISTINCT ON (upper(l.sku)) $1, upper(l.sku), l.item_id, x.reference
         FROM json_to_recordset($2::json) AS p(order_no text, lines json) CROSS JOIN json_to_recordset(p.lines) AS x(line_no text, reference text)
         JOIN orders o ON o.shop_id = $1 AND o.order_no = p.order_no AND o.id = ANY ($3) JOIN order_line l ON l.order_id = o.id AND l.line_no = x.line_no
         WHERE l.item_id IS NOT NULL AND l.sku <> '' ORDER BY upper(l.sku), o.modified_at DESC
         ON CONFLICT (shop_id, code) DO UPDATE SET reference = excluded.reference, sent = NULL, refused = NULL
         WHERE excluded.reference NOT IN ('', listing.reference)",
        shop,
        rows,
        all
    )
    .execute(tx.conn())
    .await?;
    if !changed.is_empty() {
        sqlx::query!(
            "UPDATE order_line l SET cancelled = true FROM orders o JOIN json_to_recordset($2::json) AS p(order_no text, lines json) ON p.order_no = o.order_no
             WHERE o.shop_id = $1 AND o.id = ANY ($3) AND l.order_id = o.id AND NOT l.cancelled
               AND l.line_no NOT IN (SELECT x.line_no FROM json_to_recordset(p.lines) AS x(line_no text))",
            shop,
            rows,
            changed
        )
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

fn row(order: &ShopOrder) -> Value {
    json!({
        "order_no": order.order_no, "status": order.status.code(), "shop_holds": order.is_held(), "placed_at": order.created_at, "modified_at": order.updated_at, "paid_at": order.paid_at,
        "currency": order.currency, "total_minor": order.total_minor, "carrier": order.carrier, "ship_by": order.ship_by,
        "receiver": order.receiver, "note": order.note, "payload": order.payload, "lines": order.lines,
    })
}
