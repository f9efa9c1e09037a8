//! Orders from shops are taken in by pages: each once, in its newest state. What the database
//! refuses of a page is found by halving it, so that one bad order costs a few more statements and
//! holds up no other.

use super::{Error, Result, Tx, orders};
use crate::domain::order::ShopOrder;
use crate::domain::states::{Coded, OrderStatus};
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
pub async fn order(tx: &mut Tx, shop: i64, order: &ShopOrder) -> Result<Taken> {
    Ok(attempt(tx, shop, &[order]).await?.first().map_or(Taken::Known, |(_, taken)| *taken))
}

/// Takes a page in; an order that is refused becomes an exception. Returns how many were new or had
/// changed.
pub async fn page(tx: &mut Tx, shop: i64, page: &[&ShopOrder]) -> Result<usize> {
    let mut newest: BTreeMap<&str, &ShopOrder> = BTreeMap::new();
    for order in page {
        let at =
            |order: &ShopOrder| order.updated_at.parse::<jiff::Timestamp>().unwrap_or_default();
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
            Err(Error::Rule(rule)) => rule.to_string(),
            Err(Error::Bug(message)) => message,
            Err(error) => return Err(error),
        };
        match part {
            [] => {}
            [order] => {
                orders::raise_unreadable(tx, &order.order_no, shop, &said).await?;
                refused.push(order.order_no.as_str());
            }
            _ => parts.extend([&part[..part.len() / 2], &part[part.len() / 2..]]),
        }
    }
    if taken > 0 {
        let read: Vec<String> = page
            .iter()
            .filter(|order| !refused.contains(&order.order_no.as_str()))
            .map(|order| order.order_no.clone())
            .collect();
        sqlx::query_file!("src/store/sql/ingest/page.sql", shop, &read).execute(tx.conn()).await?;
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

/// Orders that a shop split are no more; their parts come with numbers of their own, and must not
/// be sent besides.
async fn take_the_place_of(tx: &mut Tx, shop: i64, parents: &[String]) -> Result<()> {
    if parents.is_empty() {
        return Ok(());
    }
    let gone =
        sqlx::query_file_scalar!("src/store/sql/ingest/take_the_place_of.sql", shop, parents)
            .fetch_all(tx.conn())
            .await?;
    for order in gone {
        orders::reconcile(tx, order).await?;
    }
    Ok(())
}

/// Those that were new or had changed, by id.
async fn upsert(tx: &mut Tx, shop: i64, page: &[&ShopOrder]) -> Result<Vec<(i64, Taken)>> {
    let parents: Vec<String> = page.iter().filter_map(|order| order.replaces.clone()).collect();
    take_the_place_of(tx, shop, &parents).await?;
    let rows = Value::Array(page.iter().map(|order| row(order)).collect());
    if page.iter().any(|order| order.customer.is_some()) {
        sqlx::query_file!("src/store/sql/ingest/add_customers.sql", shop, rows)
            .execute(tx.conn())
            .await?;
    }
    let taken = sqlx::query_file!("src/store/sql/ingest/upsert_orders.sql", shop, rows)
        .fetch_all(tx.conn())
        .await?;
    let ids = |wanted: &dyn Fn(bool) -> bool| -> Vec<i64> {
        taken.iter().filter(|order| wanted(order.new)).map(|order| order.id).collect()
    };
    let (all, changed) = (ids(&|_| true), ids(&|new| !new));
    if all.is_empty() {
        return Ok(Vec::new());
    }
    sqlx::query_file!("src/store/sql/ingest/keep_versions.sql", &all).execute(tx.conn()).await?;
    lines(tx, shop, &rows, &all, &changed).await?;
    let paid: Vec<i64> = taken
        .iter()
        .filter(|order| order.new && order.status == OrderStatus::Paid)
        .map(|order| order.id)
        .collect();
    if !paid.is_empty() {
        orders::make_shipments(tx, &paid).await?;
    }
    for order in changed {
        orders::reconcile(tx, order).await?;
    }
    Ok(taken
        .iter()
        .map(|order| (order.id, if order.new { Taken::New } else { Taken::Changed }))
        .collect())
}

/// The lines as these orders have them now; a line that is no longer said is cancelled.
async fn lines(tx: &mut Tx, shop: i64, rows: &Value, all: &[i64], changed: &[i64]) -> Result<()> {
    sqlx::query_file!("src/store/sql/ingest/upsert_lines.sql", shop, rows, all)
        .execute(tx.conn())
        .await?;
    // What the shop calls an item is learnt from its orders.
    sqlx::query_file!("src/store/sql/ingest/add_listings.sql", shop, rows, all)
        .execute(tx.conn())
        .await?;
    if !changed.is_empty() {
        sqlx::query_file!("src/store/sql/ingest/give_up_lines.sql", shop, rows, changed)
            .execute(tx.conn())
            .await?;
    }
    Ok(())
}

fn row(order: &ShopOrder) -> Value {
    json!({
        "order_no": order.order_no, "customer": order.customer,
        "status": order.status.code(), "shop_holds": order.is_held(),
        "placed_at": order.created_at, "modified_at": order.updated_at, "paid_at": order.paid_at,
        "currency": order.currency, "total_minor": order.total_minor, "carrier": order.carrier,
        "ship_by": order.ship_by, "receiver": order.receiver, "note": order.note,
        "payload": order.payload, "lines": order.lines,
    })
}
