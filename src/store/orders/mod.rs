//! Orders from shops: taken in once in their newest state, made into shipments, promised or given
//! up.

mod change;

pub use change::apply_shop_changes;

use super::shops::ShopRow;
use super::{Result, Tx, holds};
use crate::domain::states::{Coded, ExceptionReason, OrderStatus, ShipmentState};
use change::{follow, follow_held};
use sqlx::types::Json;

/// Makes the shipments of an order say what the order says now.
pub async fn reconcile(tx: &mut Tx, order: i64) -> Result<()> {
    let o =
        sqlx::query_file!("src/store/sql/orders/reconcile.sql", order).fetch_one(tx.conn()).await?;
    keep_holds(tx, &[order]).await?;
    let live = shipments_of(tx, order).await?;
    if o.status.is_off() {
        lock_all(tx, &ids_of(&live)).await?;
        for s in &live {
            give_up(tx, s, &o.order_no).await?;
        }
        return Ok(());
    }
    if o.shop_holds {
        return follow_held(tx, order, &live, &o.order_no, &o.receiver).await;
    }
    if !live.is_empty() {
        return follow(tx, order, &live, &o.order_no, &o.receiver).await;
    }
    if o.status != OrderStatus::Paid {
        return Ok(());
    }
    make_shipments(tx, &[order]).await
}

struct Live {
    id: i64,
    state: ShipmentState,
    shipment_no: String,
}

fn ids_of(live: &[Live]) -> Vec<i64> {
    live.iter().map(|s| s.id).collect()
}

async fn shipments_of(tx: &mut Tx, order: i64) -> Result<Vec<Live>> {
    Ok(sqlx::query_file_as!(Live, "src/store/sql/orders/shipments_of.sql", order)
        .fetch_all(tx.conn())
        .await?)
}

async fn give_up(tx: &mut Tx, s: &Live, order_no: &str) -> Result<()> {
    if s.state == ShipmentState::HandedOver {
        return raise_shipment(tx, ExceptionReason::ComingBack, s.id, &s.shipment_no, order_no)
            .await;
    }
    cancel(tx, s.id, "order_cancelled").await?;
    let on_the_road = sqlx::query_file_scalar!("src/store/sql/orders/give_up.sql", s.id)
        .fetch_one(tx.conn())
        .await?;
    if on_the_road {
        raise_shipment(tx, ExceptionReason::ComingBack, s.id, &s.shipment_no, order_no).await
    } else {
        Ok(())
    }
}

/// The holds that the program itself keeps on these orders and their shipments come and go with
/// their causes: the shop's word, a receiver that is not known.
async fn keep_holds(tx: &mut Tx, orders: &[i64]) -> Result<()> {
    sqlx::query!("SELECT keep_holds($1)", orders).execute(tx.conn()).await?;
    Ok(())
}

/// Gives a shipment up; what is in totes and boxes becomes put-back tasks.
pub async fn cancel(tx: &mut Tx, shipment: i64, why: &str) -> Result<()> {
    take_off_floor(tx, shipment, "cancelled", why).await.map(drop)
}

/// The same because a person says so. `false`: it has left.
pub async fn give_up_shipment(tx: &mut Tx, shipment: i64) -> Result<bool> {
    Ok(take_off_floor(tx, shipment, "cancelled", "given_up").await?.is_some())
}

/// Takes what is here of a shipment off the floor, and holds it until a person lets it go. `false`:
/// all of it has left.
pub async fn set_aside(tx: &mut Tx, shipment: i64, by: &str) -> Result<bool> {
    let Some(here) = take_off_floor(tx, shipment, "pending", "").await? else { return Ok(false) };
    holds::add(tx, "shipment", here, "by_hand", "", by).await.map(|_| true)
}

/// Trips before gates and shipments: whoever claims a trip locks it first too.
async fn lock_open_trips(tx: &mut Tx, shipments: &[i64]) -> Result<()> {
    sqlx::query_file!("src/store/sql/orders/lock_open_trips.sql", shipments)
        .fetch_all(tx.conn())
        .await?;
    Ok(())
}

/// Everything that taking these off the floor may ask for, at once and in order: whoever took it
/// one shipment after the other could stand across somebody who does the same.
pub async fn lock_all(tx: &mut Tx, shipments: &[i64]) -> Result<()> {
    lock_open_trips(tx, shipments).await?;
    sqlx::query_file!("src/store/sql/orders/lock_gates.sql", shipments)
        .fetch_all(tx.conn())
        .await?;
    Ok(())
}

/// Takes a shipment off the floor into `state`: what is not picked is freed, what is in totes and
/// boxes is put back, its promise ends. Returns the shipment that stands there then: another one,
/// if a part of it has left. `None`: all of it has.
async fn take_off_floor(tx: &mut Tx, shipment: i64, state: &str, why: &str) -> Result<Option<i64>> {
    lock_open_trips(tx, &[shipment]).await?;
    let here = sqlx::query_scalar!("SELECT take_off_floor($1, $2, $3)", shipment, state, why)
        .fetch_one(tx.conn())
        .await?;
    sqlx::query_file!("src/store/sql/orders/take_off_floor.sql", shipment)
        .execute(tx.conn())
        .await?;
    Ok(here)
}

/// Codes that name no item of ours are an exception of their order.
async fn raise_unknown(tx: &mut Tx, orders: &[i64]) -> Result<()> {
    sqlx::query_file!("src/store/sql/orders/raise_unknown.sql", orders).execute(tx.conn()).await?;
    Ok(())
}

/// A shipment for each of these orders that has goods to send; an unknown code or nobody to send it
/// is an exception.
pub(in crate::store) async fn make_shipments(tx: &mut Tx, orders: &[i64]) -> Result<()> {
    raise_unknown(tx, orders).await?;
    sqlx::query_file!("src/store/sql/orders/make_shipments_unknown.sql", orders)
        .execute(tx.conn())
        .await?;
    sqlx::query_file!("src/store/sql/orders/make_shipments.sql", orders).execute(tx.conn()).await?;
    keep_holds(tx, orders).await
}

/// Promises what waits for stock, oldest first: up to `limit` that nobody has looked at yet, and as
/// many that were without and might have it now. Returns how many got it, and whether there may be
/// more to look at.
pub async fn promise_some(tx: &mut Tx, limit: i64) -> Result<(usize, bool)> {
    let waiting = sqlx::query_file!("src/store/sql/orders/promise_some.sql", limit)
        .fetch_one(tx.conn())
        .await?;
    let promised = sqlx::query_scalar!("SELECT promise_anywhere($1)", &waiting.ids)
        .fetch_all(tx.conn())
        .await?;
    Ok((promised.len(), waiting.fresh == limit))
}

/// Promises what waits for stock; returns how many shipments got it.
pub async fn promise_waiting(tx: &mut Tx, limit: i64) -> Result<usize> {
    Ok(promise_some(tx, limit).await?.0)
}

/// What becomes of that part of a shipment which cannot be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rest {
    /// It goes later, in a shipment of its own.
    Follows,
    GivenUp,
}

/// Parts what cannot be had of a shipment from the rest, which goes now. `false`: nothing of it is
/// there, or nothing lacks.
pub async fn split_rest(tx: &mut Tx, shipment: i64, rest: Rest) -> Result<bool> {
    let given_up = rest == Rest::GivenUp;
    Ok(sqlx::query_scalar!("SELECT split_rest($1, $2)", shipment, given_up)
        .fetch_one(tx.conn())
        .await?
        .is_some())
}

/// Promises one shipment, if it can be had.
pub async fn promise_shipment(tx: &mut Tx, warehouse: i64, shipment: i64) -> Result<bool> {
    let got =
        sqlx::query_scalar!("SELECT promise_shipments($1, ARRAY[$2::bigint])", warehouse, shipment)
            .fetch_all(tx.conn())
            .await?;
    Ok(!got.is_empty())
}

/// Orders that are here, and shipments of them that nobody has looked at for stock yet.
pub async fn has_unpromised(tx: &mut Tx) -> Result<(i64, i64)> {
    let row =
        sqlx::query_file!("src/store/sql/orders/has_unpromised.sql").fetch_one(tx.conn()).await?;
    Ok((row.orders, row.undecided))
}

/// The orders of a shop as it told them last.
pub async fn latest_payloads(tx: &mut Tx, shop: &str) -> Result<Vec<serde_json::Value>> {
    Ok(sqlx::query_file_scalar!("src/store/sql/orders/latest_payloads.sql", shop)
        .fetch_all(tx.conn())
        .await?)
}

/// An exception about a shop's order, or about something else of a shop; orders of two shops may
/// have the same number.
pub async fn raise_exception(
    tx: &mut Tx,
    reason: ExceptionReason,
    subject: &str,
    shop: Option<i64>,
    said: &str,
) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/orders/raise_exception.sql",
        reason.code(),
        subject,
        shop,
        said
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// An exception about an order that cannot be read as it came.
pub async fn raise_unreadable(tx: &mut Tx, order_no: &str, shop: i64, said: &str) -> Result<()> {
    raise_exception(tx, ExceptionReason::Unreadable, order_no, Some(shop), said).await
}

/// An exception about a file of a shop that was not taken whole.
pub async fn raise_file_refused(tx: &mut Tx, file: &str, shop: i64, said: &str) -> Result<()> {
    raise_exception(tx, ExceptionReason::FileRefused, file, Some(shop), said).await
}

async fn raise_shipment(
    tx: &mut Tx,
    reason: ExceptionReason,
    shipment: i64,
    shipment_no: &str,
    said: &str,
) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/orders/raise_shipment.sql",
        reason.code(),
        shipment,
        shipment_no,
        said
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Books what orders of a counter say that has left or come back, up to so many of them; returns
/// how many these were.
pub async fn book_counter(tx: &mut Tx, limit: i64) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"SELECT book_counter($1) AS "booked!""#, limit)
        .fetch_one(tx.conn())
        .await?)
}

/// Lines whose codes name something by now.
async fn map_lines(tx: &mut Tx, order: i64) -> Result<()> {
    sqlx::query_file!("src/store/sql/orders/map_lines.sql", order).execute(tx.conn()).await?;
    Ok(())
}

/// Maps the lines of an order again and makes what is missing. `false`: still something unknown.
pub async fn try_again(tx: &mut Tx, exception: i64) -> Result<bool> {
    let order = sqlx::query_scalar!(
        "SELECT order_id
         FROM exception
         WHERE id = $1",
        exception
    )
    .fetch_one(tx.conn())
    .await?;
    let Some(order) = order else { return Ok(false) };
    map_lines(tx, order).await?;
    reconcile(tx, order).await?;
    // What was added to an order that is under way goes by itself.
    let go_on = sqlx::query_scalar!(
        "SELECT id
         FROM orders
         WHERE id = $1 AND status = 'paid' AND NOT shop_holds",
        order
    )
    .fetch_all(tx.conn())
    .await?;
    make_shipments(tx, &go_on).await?;
    sqlx::query_file!("src/store/sql/orders/try_again_at_counter.sql", order)
        .execute(tx.conn())
        .await?;
    let row = sqlx::query_file!("src/store/sql/orders/try_again_what_is_left.sql", order)
        .fetch_one(tx.conn())
        .await?;
    Ok(!row.unknown && !row.wanted)
}

/// The orders behind a parcel, with what is needed to ask their shops.
pub struct SourceOrders {
    pub shop: ShopRow,
    pub order_no: String,
}

/// All orders that a parcel's shipment is for, by number: also those with nothing in this parcel.
pub async fn source_orders(tx: &mut Tx, parcel: i64) -> Result<Vec<SourceOrders>> {
    let rows = sqlx::query_file!("src/store/sql/orders/source_orders.sql", parcel)
        .fetch_all(tx.conn())
        .await?;
    Ok(rows.into_iter().map(|r| SourceOrders { shop: r.shop.0, order_no: r.order_no }).collect())
}
