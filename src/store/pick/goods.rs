//! What a picker does to goods: put, swap, report, take back.

use super::{Actor, free_empty_totes};
use crate::protocol::pick::{Stop, Tote};
use crate::store::{Error, Result, Tx};
use uuid::Uuid;

/// Holds a shipment against being given up while goods of it move: the statement after this sees what a cancel did.
pub async fn keep_shipment(tx: &mut Tx, shipment: i64) -> Result<()> {
    sqlx::query!("SELECT id FROM shipment WHERE id = $1 FOR KEY SHARE", shipment).fetch_optional(tx.conn()).await?;
    Ok(())
}

/// The reservations that a stop in hand stands for: one, or all of them where it is picked in total. Their shipments are
/// held against being given up meanwhile.
async fn in_hand(tx: &mut Tx, stop: &Stop) -> Result<Vec<i64>> {
    Ok(sqlx::query!(
        "SELECT r.id FROM reservation r JOIN promise p ON p.id = r.promise_id JOIN shipment_line l ON l.id = p.shipment_line_id JOIN shipment s ON s.id = l.shipment_id
         WHERE r.stop_id = $1 AND r.ended_at IS NULL AND ($2 OR r.id = $3) ORDER BY s.id, r.id FOR KEY SHARE OF s",
        stop.id,
        stop.batch > 0,
        stop.reservation_id
    )
    .fetch_all(tx.conn())
    .await?
    .into_iter()
    .map(|r| r.id)
    .collect())
}

/// The goods go with their reservations into the tote, which is bound if it was free: to the shipment, or to the trip.
pub async fn put(tx: &mut Tx, actor: Actor<'_>, trip: i64, stop: &Stop, tote: &Tote, qty: i64) -> Result<()> {
    let reservations = in_hand(tx, stop).await?;
    let container = match tote {
        Tote::Bound(id) => *id,
        Tote::New { id, after_full } => {
            bind(tx, trip, (stop.batch == 0).then_some(stop.shipment_id), *id, *after_full).await?;
            *id
        }
    };
    let moved = sqlx::query_scalar!(
        "WITH mine AS (SELECT *, sum(qty) OVER (ORDER BY id) AS hi FROM reservation WHERE id = ANY ($6) AND ended_at IS NULL)
         INSERT INTO movement (gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reservation_id, stop_id, reason, person_id, command)
         SELECT $1::text::timestamptz, warehouse_id, owner_id, item_id, lot_id, least(qty, $2::bigint - (hi - qty))::bigint, place_id, $3, id, stop_id, 'pick', $4, $5
         FROM mine WHERE hi - qty < $2::bigint ORDER BY id RETURNING qty",
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
        return Err(Error::Refused { constraint: "reservation_covers".into(), said: "the reservation is gone".into() });
    }
    Ok(())
}

/// Binds a free tote; the one before it may be full.
async fn bind(tx: &mut Tx, trip: i64, shipment: Option<i64>, tote: i64, after_full: bool) -> Result<()> {
    if after_full {
        sqlx::query!(
            "UPDATE tote_use SET full_at = now() WHERE trip_id = $1 AND shipment_id IS NOT DISTINCT FROM $2 AND freed_at IS NULL AND full_at IS NULL",
            trip,
            shipment
        )
        .execute(tx.conn())
        .await?;
    }
    sqlx::query!("INSERT INTO tote_use (container_id, shipment_id, trip_id) VALUES ($1, $2, $3)", tote, shipment, trip).execute(tx.conn()).await?;
    Ok(())
}

/// Takes another lot of the same item from the same bin, if that breaks no promise. Returns the reservation that then comes first.
pub async fn swap(tx: &mut Tx, actor: Actor<'_>, stop: &Stop, trip: i64, to_lot: i64) -> Result<i64> {
    sqlx::query!("SELECT lock_gates($1, ARRAY[$2::bigint])", actor.warehouse, stop.item_id).execute(tx.conn()).await?;
    let reservations = in_hand(tx, stop).await?;
    let taken = sqlx::query!(
        "UPDATE reservation r SET qty = 0, ended_at = now() FROM reservation was
         WHERE was.id = r.id AND r.id = ANY ($1) AND r.ended_at IS NULL RETURNING r.promise_id, r.owner_id, was.qty",
        &reservations
    )
    .fetch_all(tx.conn())
    .await?;
    let Some(owner) = taken.first().map(|r| r.owner_id) else {
        return Err(Error::Refused { constraint: "reservation_covers".into(), said: "the reservation is gone".into() });
    };
    let stop_id = sqlx::query_scalar!(
        "INSERT INTO stop (trip_id, place_id, item_id, lot_id, skips) SELECT $1, $2, $3, $4, skips FROM stop WHERE id = $5
         ON CONFLICT ON CONSTRAINT stop_once DO UPDATE SET skips = excluded.skips RETURNING id",
        trip,
        stop.place_id,
        stop.item_id,
        to_lot,
        stop.id
    )
    .fetch_one(tx.conn())
    .await?;
    let (promises, qtys): (Vec<i64>, Vec<i64>) = taken.iter().map(|r| (r.promise_id, r.qty)).unzip();
    let fresh = sqlx::query_scalar!(
        "INSERT INTO reservation (promise_id, warehouse_id, place_id, owner_id, item_id, lot_id, qty, stop_id)
         SELECT t.promise_id, $1, $2, $3, $4, $5, t.qty, $6 FROM unnest($7::bigint[], $8::bigint[]) AS t(promise_id, qty) ORDER BY t.promise_id
         ON CONFLICT (promise_id, place_id, lot_id) WHERE ended_at IS NULL DO UPDATE SET qty = reservation.qty + excluded.qty
         RETURNING id",
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
    let kept = sqlx::query_scalar!(r#"SELECT promises_kept($1, ARRAY[$2::bigint]) AS "kept!""#, actor.warehouse, stop.item_id).fetch_one(tx.conn()).await?;
    if kept {
        return Ok(fresh.into_iter().min().unwrap_or_default());
    }
    Err(Error::Refused { constraint: "promise_kept".into(), said: "the lot is promised to others".into() })
}

/// Units held, units that found another place, units that found none.
pub struct Missing {
    pub held: i64,
    pub moved: i64,
    pub lost: i64,
}

pub async fn missing(tx: &mut Tx, actor: Actor<'_>, stop: &Stop, reason: &str) -> Result<Missing> {
    let row = sqlx::query!(
        r#"SELECT held AS "held!", moved AS "moved!", lost AS "lost!" FROM report_missing($1, $2, $3, $4, $5, $6, $7)"#,
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
    Ok(Missing { held: row.held, moved: row.moved, lost: row.lost })
}

/// So many units in the bin are damaged: they are held there, and the picker goes on with others.
pub async fn damaged(tx: &mut Tx, actor: Actor<'_>, stop: &Stop, qty: i64) -> Result<Missing> {
    let row = sqlx::query!(
        r#"SELECT held AS "held!", moved AS "moved!", lost AS "lost!" FROM report_damaged($1, $2, $3, $4)"#,
        actor.command,
        actor.person,
        stop.reservation_id,
        qty
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(Missing { held: row.held, moved: row.moved, lost: row.lost })
}

/// More lies in the bin than the system knows: a supervisor counts.
pub async fn found(tx: &mut Tx, actor: Actor<'_>, stop: &Stop) -> Result<()> {
    sqlx::query!(
        "INSERT INTO exception (warehouse_id, reason, subject, place_id, item_id, lot_id) VALUES ($1, 'found', $2, $3, $4, $5)
         ON CONFLICT DO NOTHING",
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
    sqlx::query!("UPDATE stop SET skips = 1 + (SELECT max(skips) FROM stop WHERE trip_id = $1) WHERE id = $2", trip, stop).execute(tx.conn()).await?;
    Ok(())
}

/// Mirrors the movements of a command and frees a tote that this leaves empty.
pub async fn reverse(tx: &mut Tx, actor: Actor<'_>, command: Uuid) -> Result<()> {
    sqlx::query!(
        "SELECT s.id FROM movement m JOIN reservation r ON r.id = m.reservation_id JOIN promise p ON p.id = r.promise_id
         JOIN shipment_line l ON l.id = p.shipment_line_id JOIN shipment s ON s.id = l.shipment_id WHERE m.command = $1 ORDER BY s.id FOR KEY SHARE OF s",
        command
    )
    .fetch_all(tx.conn())
    .await?;
    let done = sqlx::query!(
        "INSERT INTO movement (gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, from_status, to_place, to_status,
                               reservation_id, stop_id, reason, person_id, command, reverses)
         SELECT $1::text::timestamptz, m.warehouse_id, m.owner_id, m.item_id, m.lot_id, m.qty, m.to_place, m.to_status, m.from_place, m.from_status,
                r.id, m.stop_id, 'undo', $2, $3, m.id
         FROM movement m
         JOIN reservation was ON was.id = m.reservation_id
         JOIN reservation r ON r.promise_id = was.promise_id AND r.place_id = m.to_place AND r.lot_id = m.lot_id AND r.ended_at IS NULL
         WHERE m.command = $4",
        actor.at,
        actor.person,
        actor.command,
        command
    )
    .execute(tx.conn())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Refused { constraint: "reservation_covers".into(), said: "the goods have moved on".into() });
    }
    free_empty_totes(tx, actor.warehouse).await
}
