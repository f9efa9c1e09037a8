//! What a picker does to goods: put, swap, report, take back.

use super::free_empty_totes;
use crate::protocol::pick::{Stop, Tote};
use crate::store::Actor;
use crate::store::{Result, Rule, Tx};
use uuid::Uuid;

/// Holds a shipment against being given up while goods of it move: the statement after this sees
/// what a cancel did.
pub async fn lock_shipment(tx: &mut Tx, shipment: i64) -> Result<()> {
    sqlx::query_file!("src/store/sql/pick/lock_shipment.sql", shipment)
        .fetch_optional(tx.conn())
        .await?;
    Ok(())
}

/// The reservations that a stop in hand stands for: one, or all of them where it is picked in
/// total. Their shipments are held against being given up meanwhile.
async fn in_hand(tx: &mut Tx, stop: &Stop) -> Result<Vec<i64>> {
    Ok(sqlx::query_file!(
        "src/store/sql/pick/in_hand.sql",
        stop.id,
        stop.shipments_in_batch > 0,
        stop.reservation_id
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(|r| r.id)
    .collect())
}

/// The goods go with their reservations into the tote, which is bound if it was free: to the
/// shipment, or to the trip.
pub async fn move_to_tote(
    tx: &mut Tx,
    actor: Actor<'_>,
    trip: i64,
    stop: &Stop,
    tote: &Tote,
    qty: i64,
) -> Result<()> {
    let reservations = in_hand(tx, stop).await?;
    let container = match tote {
        Tote::Bound(id) => *id,
        Tote::New { id, after_full } => {
            bind(
                tx,
                trip,
                (stop.shipments_in_batch == 0).then_some(stop.shipment_id),
                *id,
                *after_full,
            )
            .await?;
            *id
        }
    };
    let moved = sqlx::query_file_scalar!(
        "src/store/sql/pick/move_to_tote.sql",
        actor.at,
        qty,
        container,
        actor.person,
        actor.command,
        &reservations
    )
    .fetch_all(tx.conn())
    .await?;
    if moved.iter().sum::<i64>() != qty {
        return Err(Rule::GoodsMoved.into());
    }
    Ok(())
}

/// Binds a free tote; the one before it may be full.
async fn bind(
    tx: &mut Tx,
    trip: i64,
    shipment: Option<i64>,
    tote: i64,
    after_full: bool,
) -> Result<()> {
    if after_full {
        sqlx::query_file!("src/store/sql/pick/bind.sql", trip, shipment).execute(tx.conn()).await?;
    }
    sqlx::query!(
        "INSERT INTO tote_use (container_id, shipment_id, trip_id)
         VALUES ($1, $2, $3)",
        tote,
        shipment,
        trip
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Takes another lot of the same item from the same bin, if that breaks no promise. Returns the
/// reservation that then comes first.
pub async fn swap_lot(
    tx: &mut Tx,
    actor: Actor<'_>,
    stop: &Stop,
    trip: i64,
    to_lot: i64,
) -> Result<i64> {
    sqlx::query!("SELECT lock_promise_gates($1, ARRAY[$2::bigint])", actor.warehouse, stop.item_id)
        .execute(tx.conn())
        .await?;
    let reservations = in_hand(tx, stop).await?;
    let taken =
        sqlx::query_file!("src/store/sql/pick/swap_lot_end_reservations.sql", &reservations)
            .fetch_all(tx.conn())
            .await?;
    let Some(owner) = taken.first().map(|r| r.owner_id) else {
        return Err(Rule::GoodsMoved.into());
    };
    let stop_id = sqlx::query_file_scalar!(
        "src/store/sql/pick/swap_lot_stop.sql",
        trip,
        stop.place_id,
        stop.item_id,
        to_lot,
        stop.id
    )
    .fetch_one(tx.conn())
    .await?;
    let (promises, qtys): (Vec<i64>, Vec<i64>) =
        taken.iter().map(|r| (r.promise_id, r.qty)).unzip();
    let fresh = sqlx::query_file_scalar!(
        "src/store/sql/pick/swap_lot_reservations.sql",
        actor.warehouse,
        stop.place_id,
        owner,
        stop.item_id,
        to_lot,
        stop_id,
        &promises,
        &qtys
    )
    .fetch_all(tx.conn())
    .await?;
    if all_kept(tx, actor.warehouse, stop.item_id, &fresh).await? {
        return Ok(fresh.into_iter().min().unwrap_or_default());
    }
    Err(Rule::PromisedToOthers.into())
}

/// Is every promise of the item still kept, and are these reservations of goods that may go?
async fn all_kept(tx: &mut Tx, warehouse: i64, item: i64, reservations: &[i64]) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        r#"SELECT promises_kept($1, ARRAY[$2::bigint])
             AND NOT EXISTS (SELECT 1 FROM stuck WHERE id = ANY ($3)) AS "kept!""#,
        warehouse,
        item,
        reservations
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Units held, units that found another place, units that found none.
pub struct MissingResult {
    pub held: i64,
    pub moved: i64,
    pub lost: i64,
}

/// A bin does not hold what it should: what the ledger believes is there is held until it is
/// counted, and its reservations look for other goods. `empty` is about the whole bin, `short`
/// about the stop's item and lot.
pub async fn report_missing(
    tx: &mut Tx,
    actor: Actor<'_>,
    stop: &Stop,
    reason: &str,
) -> Result<MissingResult> {
    let row = sqlx::query!(
        r#"SELECT held AS "held!", moved AS "moved!", lost AS "lost!"
           FROM report_missing($1, $2, $3, $4, $5, $6, $7)"#,
        actor.command,
        actor.person,
        reason,
        actor.warehouse,
        stop.place_id,
        stop.item_id,
        stop.lot_id
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(MissingResult { held: row.held, moved: row.moved, lost: row.lost })
}

/// So many units in the bin are damaged: they are held there, and the picker goes on with others.
pub async fn report_damaged(
    tx: &mut Tx,
    actor: Actor<'_>,
    stop: &Stop,
    qty: i64,
) -> Result<MissingResult> {
    let row = sqlx::query!(
        r#"SELECT held AS "held!", moved AS "moved!", lost AS "lost!"
           FROM report_damaged($1, $2, $3, $4)"#,
        actor.command,
        actor.person,
        stop.reservation_id,
        qty
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(MissingResult { held: row.held, moved: row.moved, lost: row.lost })
}

/// More lies in the bin than the system knows: a supervisor counts.
pub async fn report_found(tx: &mut Tx, actor: Actor<'_>, stop: &Stop) -> Result<()> {
    sqlx::query_file!(
        "src/store/sql/pick/report_found.sql",
        actor.warehouse,
        stop.place,
        stop.place_id,
        stop.item_id,
        stop.lot_id
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// To the end of the walk.
pub async fn skip(tx: &mut Tx, trip: i64, stop: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE stop
         SET skips = 1 + (SELECT max(skips) FROM stop WHERE trip_id = $1)
         WHERE id = $2",
        trip,
        stop
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Back to its place on the walk.
pub async fn unskip(tx: &mut Tx, stop: i64) -> Result<()> {
    sqlx::query!("UPDATE stop SET skips = 0 WHERE id = $1", stop).execute(tx.conn()).await?;
    Ok(())
}

/// Takes a report back, if a command was one; returns the units that are good again.
pub async fn undo_report(tx: &mut Tx, actor: Actor<'_>, report: Uuid) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"SELECT undo_report($1, $2, $3, $4::text::timestamptz) AS "units!""#,
        report,
        actor.command,
        actor.person,
        actor.at
    )
    .fetch_one(tx.conn())
    .await?)
}

/// Mirrors the movements of a command and frees a tote that this leaves empty.
pub async fn undo_movements(tx: &mut Tx, actor: Actor<'_>, command: Uuid) -> Result<()> {
    sqlx::query_file!("src/store/sql/pick/reverse_lock_shipments.sql", command)
        .fetch_all(tx.conn())
        .await?;
    let done = sqlx::query_file!(
        "src/store/sql/pick/reverse.sql",
        actor.at,
        actor.person,
        actor.command,
        command
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Rule::GoodsMoved.into());
    }
    free_empty_totes(tx, actor.warehouse).await
}
