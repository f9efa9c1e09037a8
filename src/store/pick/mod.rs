//! Picking: the trip and its next stop. `goods` moves what lies there, `walk` is the trip's own life.

mod goods;
mod walk;

pub use goods::{found, keep_shipment, missing, put, reverse, skip, swap};
pub use walk::{claim, finish, free_empty_totes, give};

use super::{Db, Error, Result, Tx};
use crate::protocol::pick::{Snapshot, Stop};
use uuid::Uuid;

/// Who does it and by which gesture; goes into every movement.
#[derive(Debug, Clone, Copy)]
pub struct Actor<'a> {
    pub person: i64,
    pub warehouse: i64,
    pub command: Uuid,
    /// The session's instant, RFC 3339.
    pub at: &'a str,
}

/// `in_hand` is the reservation that the person has begun with: it stays first until it is done or skipped. With
/// `any_tote` a free tote is looked for though one is bound.
pub async fn load(tx: &mut Tx, warehouse: i64, person: i64, in_hand: i64, any_tote: bool) -> Result<Snapshot> {
    let now = sqlx::query_scalar!(r#"SELECT pick_now($1, $2, $3, $4) AS "now!""#, warehouse, person, in_hand, any_tote).fetch_one(tx.conn()).await?;
    snapshot(now)
}

fn snapshot(now: serde_json::Value) -> Result<Snapshot> {
    let mut now: Snapshot = serde_json::from_value(now)?;
    if let Some(stop) = &mut now.stop {
        stop.barcode = stop.barcode.take().map(printed_gtin);
    }
    Ok(now)
}

/// A pick as the screen showed it: all that the database must find unchanged.
pub struct Put<'a> {
    pub session: Uuid,
    pub version: i64,
    pub trip: i64,
    pub stop: &'a Stop,
    pub tote: &'a str,
    pub qty: i64,
    /// Where the person stands afterwards.
    pub step: &'a crate::protocol::Step,
}

/// Does the whole gesture in one round trip. `None`: something has moved since, nothing was done, and the slow way decides.
pub async fn put_at_once(db: &Db, actor: Actor<'_>, put: &Put<'_>) -> Result<Option<Snapshot>> {
    let done = sqlx::query_scalar!(
        "SELECT pick_put($1, $2, $3, $4, $5, $6::text::timestamptz, $7, $8, $9, $10, $11, $12, $13)",
        actor.warehouse,
        actor.person,
        put.session,
        put.version,
        actor.command,
        actor.at,
        put.trip,
        put.stop.id,
        put.stop.reservation_id,
        put.stop.shipment_id,
        put.tote,
        put.qty,
        serde_json::to_value(put.step)?
    )
    .fetch_one(&db.current())
    .await;
    match done.map_err(Error::from) {
        Ok(now) => now.map(snapshot).transpose(),
        // A rule said no, or a race was lost: the slow way finds the words for it.
        Err(Error::Refused { .. } | Error::Retry(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A GTIN as it stands on the goods: 13 digits where the first of 14 is a zero.
pub(in crate::store) fn printed_gtin(code: String) -> String {
    match code.strip_prefix('0') {
        Some(rest) if code.len() == 14 && code.bytes().all(|b| b.is_ascii_digit()) => rest.to_owned(),
        _ => code,
    }
}
