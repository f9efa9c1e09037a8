//! Picking: the trip and its next stop. `goods` moves what lies there, `walk` is the trip's own
//! life.

mod goods;
mod trip;

pub use goods::{
    MissingResult, lock_shipment, move_to_tote, report_damaged, report_found, report_missing, skip,
    swap_lot, undo_movements, undo_report, unskip,
};
pub use trip::{claim, finish, free_empty_totes, give_to_colleague};

use super::{Db, Error, Result, Tx};
use crate::limits;
use crate::protocol::pick::{Snapshot, Stop};
use crate::store::Actor;
use uuid::Uuid;

/// `in_hand` is the reservation that the person has begun with: it stays first until it is done or
/// skipped. With `any_tote` a free tote is looked for though one is bound.
pub async fn load(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    in_hand: i64,
    any_tote: bool,
) -> Result<Snapshot> {
    load_with_ahead(tx, warehouse, person, in_hand, any_tote, 0).await
}

/// The same, with so many reservations that come after the one in hand.
pub async fn load_with_ahead(
    tx: &mut Tx,
    warehouse: i64,
    person: i64,
    in_hand: i64,
    any_tote: bool,
    ahead: i32,
) -> Result<Snapshot> {
    let now = sqlx::query_scalar!(
        r#"SELECT pick_now($1, $2, $3, $4, $5) AS "now!""#,
        warehouse,
        person,
        in_hand,
        any_tote,
        ahead
    )
    .fetch_one(tx.conn())
    .await?;
    snapshot(now)
}

/// The walk with what comes next on it, for picks that are done at once.
pub async fn load_ahead(db: &Db, warehouse: i64, person: i64, in_hand: i64) -> Result<Snapshot> {
    let mut held = db.take_held().await?;
    let now = sqlx::query_scalar!(
        r#"SELECT pick_now($1, $2, $3, false, $4) AS "now!""#,
        warehouse,
        person,
        in_hand,
        limits::PICKS_AHEAD
    )
    .fetch_one(&mut *held.connection)
    .await?;
    db.hold(held);
    snapshot(now)
}

fn snapshot(now: serde_json::Value) -> Result<Snapshot> {
    let mut now: Snapshot = serde_json::from_value(now)?;
    for stop in now.stop.iter_mut().chain(&mut now.ahead) {
        stop.barcode = stop.barcode.take().map(printed_gtin);
    }
    Ok(now)
}

/// Where the screen says that the person stands, and where they stand after the gesture.
#[derive(Clone, Copy)]
pub struct ExpectedStanding<'a> {
    pub session: Uuid,
    pub version: i64,
    pub next: &'a crate::protocol::Step,
}

/// A pick as the screen showed it: all that the database must find unchanged.
pub struct FastPick<'a> {
    pub trip: i64,
    pub stop: &'a Stop,
    pub tote: &'a str,
    /// What the screen knows to come next.
    pub then: Option<&'a Stop>,
}

/// A pick that was done at once.
pub struct FastPickResult {
    pub tote: i64,
    /// What the screen knows to come next still does.
    pub known: bool,
}

/// Does the whole gesture in one round trip. `None`: something has moved since, nothing was done,
/// and the slow way decides.
pub async fn fast_pick(
    db: &Db,
    actor: Actor<'_>,
    stands: ExpectedStanding<'_>,
    put: &FastPick<'_>,
) -> Result<Option<FastPickResult>> {
    let mut held = db.take_held().await?;
    let done = sqlx::query_file!(
        "src/store/sql/pick/fast_pick.sql",
        actor.warehouse,
        actor.person,
        stands.session,
        stands.version,
        actor.command,
        actor.at,
        put.trip,
        put.stop.id,
        put.stop.reservation_id,
        put.stop.shipment_id,
        put.tote,
        put.stop.qty,
        put.then.map(|stop| stop.reservation_id),
        put.then.map(|stop| stop.qty),
        serde_json::to_value(stands.next)?
    )
    .fetch_one(&mut *held.connection)
    .await;
    let done = refused_is_slow(done.map_err(Error::from))?;
    db.hold(held);
    Ok(done.and_then(|row| {
        Some(FastPickResult { tote: row.tote?, known: row.known.unwrap_or(false) })
    }))
}

/// A step that was taken at once, with a free tote where one will be asked for.
pub struct FastStepResult {
    pub free_tote: Option<String>,
}

/// A scan that moves nothing, in one round trip. `None`: the slow way decides.
pub async fn fast_step(
    db: &Db,
    actor: Actor<'_>,
    stands: ExpectedStanding<'_>,
    stop: &Stop,
    codes: &[String],
    any_tote: bool,
) -> Result<Option<FastStepResult>> {
    let mut held = db.take_held().await?;
    let done = sqlx::query!(
        r#"SELECT done AS "done!", spare
           FROM pick_step($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"#,
        actor.warehouse,
        actor.person,
        stands.session,
        stands.version,
        actor.command,
        codes,
        stop.place_id,
        stop.item_id,
        stop.reservation_id,
        stop.qty,
        serde_json::to_value(&stop.facts)?,
        serde_json::to_value(stands.next)?,
        any_tote
    )
    .fetch_one(&mut *held.connection)
    .await;
    let done = refused_is_slow(done.map_err(Error::from))?;
    db.hold(held);
    Ok(done.filter(|row| row.done).map(|row| FastStepResult { free_tote: row.spare }))
}

/// A rule said no, or a race was lost: the slow way finds the words for it.
fn refused_is_slow<T>(done: Result<T>) -> Result<Option<T>> {
    match done {
        Ok(done) => Ok(Some(done)),
        Err(Error::Refused { .. } | Error::Retry(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A GTIN as it stands on the goods: 13 digits where the first of 14 is a zero.
pub(in crate::store) fn printed_gtin(code: String) -> String {
    match code.strip_prefix('0') {
        Some(rest) if code.len() == 14 && code.bytes().all(|b| b.is_ascii_digit()) => {
            rest.to_owned()
        }
        _ => code,
    }
}
