//! The day's turn: what no longer keeps long enough is stopped where it is, part by part.

use super::{Result, Tx};
use crate::domain::states::BoxStays;

/// A warehouse whose day has turned, held by this process as long as its token counts.
#[derive(Debug, Clone, Copy)]
pub struct Turn {
    pub warehouse: i64,
    pub fencing_token: i64,
}

/// Takes up a turn that is due; `None`: none is, or others have them.
pub async fn claim(tx: &mut Tx, lease_s: f64) -> Result<Option<Turn>> {
    let row = sqlx::query!(
        r#"SELECT warehouse AS "warehouse!", fencing_token AS "token!" FROM claim_turn($1)"#,
        lease_s
    )
    .fetch_optional(tx.conn())
    .await?;
    Ok(row.map(|r| Turn { warehouse: r.warehouse, fencing_token: r.token }))
}

/// Holds the turn longer. `false`: somebody else took it over.
pub async fn extend_lease(tx: &mut Tx, turn: Turn, lease_s: f64) -> Result<bool> {
    let kept = sqlx::query!(
        "UPDATE day_turn
         SET lease_until = now() + make_interval(secs => $3)
         WHERE warehouse_id = $1 AND fencing_token = $2",
        turn.warehouse,
        turn.fencing_token,
        lease_s
    )
    .execute(tx.conn())
    .await?;
    Ok(kept.rows_affected() > 0)
}

/// Works out the days of so many needs that have turned; returns how many there were.
pub async fn turn_needs(tx: &mut Tx, warehouse: i64, most: i64) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"SELECT turn_needs($1, NULL, $2) AS "n!""#, warehouse, most)
        .fetch_one(tx.conn())
        .await?)
}

/// Asks for a decision about every item whose promises do not all fit any more.
pub async fn ask_for_overdue(tx: &mut Tx, warehouse: i64) -> Result<()> {
    sqlx::query!("SELECT ask_for_overdue($1)", warehouse).execute(tx.conn()).await?;
    Ok(())
}

/// Items of a warehouse about whose promises the worker was asked to decide, and since when.
#[derive(Debug, Clone)]
pub struct Asked {
    pub warehouse: i64,
    pub items: Vec<i64>,
    since: Vec<String>,
}

/// What is to be decided next, at most so many items; `None`: nothing.
pub async fn asked_for(tx: &mut Tx, most: i64) -> Result<Option<Asked>> {
    let rows = sqlx::query!(
        r#"
        SELECT warehouse AS "warehouse!", item AS "item!", asked AS "asked!"
        FROM asked_for($1)"#,
        most
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows.first().map(|first| Asked {
        warehouse: first.warehouse,
        items: rows.iter().map(|r| r.item).collect(),
        since: rows.iter().map(|r| r.asked.clone()).collect(),
    }))
}

/// Decided; what was asked for once more meanwhile still waits.
pub async fn was_decided(tx: &mut Tx, asked: &Asked) -> Result<()> {
    sqlx::query!("SELECT was_decided($1, $2, $3)", asked.warehouse, &asked.items, &asked.since)
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// Promises of these items that get nothing any more, by a look that locks nothing.
pub async fn promises_without_goods(tx: &mut Tx, asked: &Asked) -> Result<Vec<i64>> {
    Ok(sqlx::query_scalar!(
        r#"SELECT promises_without_goods($1, $2) AS "ids!""#,
        asked.warehouse,
        &asked.items
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Breaks the first so many of promises that were found without goods, if they still are; returns
/// how many broke. `None`: something came in between, look anew.
pub async fn break_first(
    tx: &mut Tx,
    asked: &Asked,
    gone: &[i64],
    most: usize,
) -> Result<Option<i64>> {
    let now = gone.get(..most).unwrap_or(gone);
    sqlx::query!("SELECT lock_promise_gates($1, $2)", asked.warehouse, &asked.items)
        .execute(tx.conn())
        .await?;
    Ok(sqlx::query_scalar!(
        "SELECT break_some($1, $2, $3, $4)",
        asked.warehouse,
        &asked.items,
        gone,
        now
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Breaks what no longer fits of these items, all their gates locked at once and in order; returns
/// how many promises that were.
pub async fn break_promises(tx: &mut Tx, warehouse: i64, items: &[i64]) -> Result<i64> {
    sqlx::query!("SELECT lock_promise_gates($1, $2)", warehouse, items).execute(tx.conn()).await?;
    Ok(sqlx::query_scalar!(r#"SELECT break_promises($1, $2) AS "n!""#, warehouse, items)
        .fetch_one(tx.conn())
        .await?)
}

/// Units that found other goods, and units that found none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MovedGoods {
    pub moved: i64,
    pub lost: i64,
}

/// Ties reservations of goods in bins that are held or do not keep long enough to other goods:
/// those of a stop, or so many of all.
pub async fn move_stuck(
    tx: &mut Tx,
    warehouse: i64,
    stop: Option<i64>,
    most: i64,
) -> Result<MovedGoods> {
    let row = sqlx::query!(
        r#"SELECT moved AS "moved!", lost AS "lost!" FROM move_what_is_stuck($1, $2, NULL, $3)"#,
        warehouse,
        stop,
        most
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(MovedGoods { moved: row.moved, lost: row.lost })
}

/// Raises an exception for shipments whose goods in totes and boxes are held or grew too old.
pub async fn raise_stuck(tx: &mut Tx, warehouse: i64) -> Result<i64> {
    Ok(sqlx::query_scalar!(r#"SELECT say_what_is_stuck($1) AS "n!""#, warehouse)
        .fetch_one(tx.conn())
        .await?)
}

/// The turn is done; `false`: somebody else took it over meanwhile.
pub async fn end(tx: &mut Tx, turn: Turn) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT end_turn($1, $2) AS "done!""#,
        turn.warehouse,
        turn.fencing_token
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Exceptions about goods of a shipment that had to stay are over once those goods are out of it.
pub async fn end_unstuck(tx: &mut Tx, warehouse: i64, shipment: i64) -> Result<()> {
    sqlx::query!("SELECT end_unstuck($1, $2)", warehouse, shipment).execute(tx.conn()).await?;
    Ok(())
}

/// Does a parcel hold goods that do not keep long enough to leave with the next truck, or `today`,
/// once it is brought to one?
pub async fn parcel_too_old(tx: &mut Tx, parcel: i64, today: bool) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT parcel_too_old($1, $2) AS "yes!""#, parcel, today)
        .fetch_one(tx.conn())
        .await?)
}

/// Does somebody hold what is in a parcel, or the parcel itself?
pub async fn parcel_held(tx: &mut Tx, parcel: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT parcel_held($1) AS "yes!""#, parcel)
        .fetch_one(tx.conn())
        .await?)
}

/// What keeps a box from being closed; `None`: nothing.
pub async fn why_box_stays(tx: &mut Tx, parcel: i64) -> Result<Option<BoxStays>> {
    Ok(sqlx::query_scalar!(r#"SELECT why_box_stays($1) AS "why: BoxStays""#, parcel)
        .fetch_one(tx.conn())
        .await?)
}

/// Sets goods of a shipment that must not go on aside, so that others can be found. `false`: some
/// lie in a box that is closed.
pub async fn set_stuck_aside(tx: &mut Tx, shipment: i64) -> Result<bool> {
    Ok(sqlx::query_scalar!(r#"SELECT set_stuck_aside($1) AS "done!""#, shipment)
        .fetch_one(tx.conn())
        .await?)
}
