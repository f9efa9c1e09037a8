//! Picking: the trip, its next stop, and what a scan does to them.

use super::{Error, Result, Tx};
use crate::domain::Name;
use crate::protocol::pick::{LotHere, Snapshot, Stop, Tote, Trip};
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

/// `in_hand` is the reservation that the person has begun with: it stays first until it is done or skipped.
pub async fn load(tx: &mut Tx, warehouse: i64, person: i64, in_hand: i64) -> Result<Snapshot> {
    let hints = sqlx::query!(
        r#"SELECT (SELECT p.code FROM container c JOIN place p ON p.id = c.place_id
                   WHERE p.warehouse_id = $1 AND c.kind = 'tote' AND NOT c.blocked
                     AND NOT EXISTS (SELECT 1 FROM tote_use u WHERE u.container_id = c.place_id AND u.freed_at IS NULL)
                   ORDER BY p.id LIMIT 1) AS free_tote,
                  (SELECT p.code FROM bin b JOIN place p ON p.id = b.place_id
                   WHERE p.warehouse_id = $1 AND b.use = 'staging' ORDER BY b.seq LIMIT 1) AS staging"#,
        warehouse
    )
    .fetch_one(tx.conn())
    .await?;
    let trip = sqlx::query!(
        r#"SELECT t.id, t.trip_no,
                  (SELECT count(*) FROM stop s WHERE s.trip_id = t.id) AS "stops!",
                  (SELECT count(*) FROM stop s WHERE s.trip_id = t.id AND NOT EXISTS
                     (SELECT 1 FROM reservation r WHERE r.stop_id = s.id AND r.ended_at IS NULL)) AS "done!",
                  (SELECT count(*) FROM tote_use u WHERE u.trip_id = t.id AND u.freed_at IS NULL) AS "totes!"
           FROM trip t WHERE t.person_id = $1 AND t.state = 'claimed'"#,
        person
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(trip) = trip else { return Ok(Snapshot { free_tote: hints.free_tote, staging: hints.staging, ..Snapshot::default() }) };
    let stop = next_stop(tx, warehouse, trip.id, in_hand).await?;
    Ok(Snapshot {
        trip: Some(Trip { id: trip.id, no: trip.trip_no, stops: trip.stops, done: trip.done, totes: trip.totes }),
        stop,
        free_tote: hints.free_tote,
        staging: hints.staging,
    })
}

async fn next_stop(tx: &mut Tx, warehouse: i64, trip: i64, in_hand: i64) -> Result<Option<Stop>> {
    let row = sqlx::query!(
        r#"SELECT st.id, st.place_id, p.code AS place, i.id AS item_id, i.sku, i.name_en, i.name_zh, l.id AS lot_id, l.number,
                  l.last_good_day::text AS "last_good!", r.id AS reservation_id, r.qty, pr.good_until::text AS "good_until!",
                  s.id AS shipment_id, s.shipment_no, u.container_id AS "tote_id?", tp.code AS "tote_code?",
                  (SELECT b.code FROM barcode b JOIN pack k ON k.id = b.pack_id WHERE k.item_id = i.id ORDER BY k.units, b.code LIMIT 1) AS barcode,
                  (SELECT count(*) FROM stock g WHERE g.warehouse_id = $1 AND g.place_id = st.place_id AND g.on_hand > 0) AS "goods!",
                  (SELECT count(DISTINCT g.place_id) FROM stock g JOIN bin gb ON gb.place_id = g.place_id
                   WHERE g.warehouse_id = $1 AND g.owner_id = r.owner_id AND g.item_id = i.id AND g.status = 'good' AND g.on_hand > 0
                     AND gb.zone = b.zone) AS "bins!"
           FROM stop st
           JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
           JOIN place p ON p.id = st.place_id
           LEFT JOIN container c ON c.place_id = st.place_id
           JOIN bin b ON b.place_id = coalesce(c.stands_in, st.place_id)
           JOIN item i ON i.id = st.item_id
           JOIN lot l ON l.id = st.lot_id
           JOIN promise pr ON pr.id = r.promise_id
           JOIN shipment_line sl ON sl.id = pr.shipment_line_id
           JOIN shipment s ON s.id = sl.shipment_id
           LEFT JOIN tote_use u ON u.shipment_id = s.id AND u.trip_id = st.trip_id AND u.freed_at IS NULL AND u.full_at IS NULL
           LEFT JOIN place tp ON tp.id = u.container_id
           WHERE st.trip_id = $2
           ORDER BY (r.id = $3) DESC, st.skips, b.seq, st.id, s.id, r.id LIMIT 1"#,
        warehouse,
        trip,
        in_hand
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(r) = row else { return Ok(None) };
    let lots = sqlx::query!(
        r#"SELECT l.id, l.number, l.last_good_day::text AS "day!", (v.lot_id IS NOT NULL AND l.last_good_day >= today($1)) AS "sellable!",
                  (l.last_good_day >= $4::text::date) AS "good_enough!", coalesce(v.free, 0) AS "free!"
           FROM stock g JOIN lot l ON l.id = g.lot_id
           LEFT JOIN sellable v ON v.warehouse_id = $1 AND v.place_id = g.place_id AND v.owner_id = g.owner_id AND v.item_id = g.item_id AND v.lot_id = g.lot_id
           WHERE g.warehouse_id = $1 AND g.place_id = $2 AND g.item_id = $3 AND g.on_hand > 0 AND g.status = 'good'
           ORDER BY l.last_good_day, l.id"#,
        warehouse,
        r.place_id,
        r.item_id,
        r.good_until
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(Some(Stop {
        id: r.id,
        place_id: r.place_id,
        place: r.place,
        item_id: r.item_id,
        sku: r.sku,
        name: Name { en: r.name_en, zh: r.name_zh },
        barcode: r.barcode.map(printed_gtin),
        lot_id: r.lot_id,
        lot: r.number,
        last_good: r.last_good,
        reservation_id: r.reservation_id,
        shipment_id: r.shipment_id,
        shipment: r.shipment_no,
        qty: r.qty,
        tote: r.tote_id.zip(r.tote_code),
        lots_here: lots
            .into_iter()
            .map(|l| LotHere { id: l.id, number: l.number, last_good: l.day, sellable: l.sellable, good_enough: l.good_enough, free: l.free })
            .collect(),
        goods_in_bin: r.goods,
        bins_with_item: r.bins,
    }))
}

/// A GTIN as it stands on the goods: 13 digits where the first of 14 is a zero.
pub(in crate::store) fn printed_gtin(code: String) -> String {
    match code.strip_prefix('0') {
        Some(rest) if code.len() == 14 && code.bytes().all(|b| b.is_ascii_digit()) => rest.to_owned(),
        _ => code,
    }
}

/// Takes the most urgent open trip, passing over those that another picker takes this instant.
pub async fn claim(tx: &mut Tx, warehouse: i64, person: i64) -> Result<bool> {
    let trip = sqlx::query_scalar!(
        "UPDATE trip SET state = 'claimed', person_id = $2 WHERE id =
           (SELECT id FROM trip WHERE warehouse_id = $1 AND state = 'open' ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1)
         RETURNING id",
        warehouse,
        person
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(trip) = trip else { return Ok(false) };
    sqlx::query!(
        "UPDATE shipment SET state = 'picking' WHERE state = 'released' AND id IN (SELECT shipment_id FROM trip_shipment WHERE trip_id = $1)",
        trip
    )
    .execute(tx.conn())
    .await?;
    Ok(true)
}

/// Holds a shipment against being given up while goods of it move: the statement after this sees what a cancel did.
pub async fn keep_shipment(tx: &mut Tx, shipment: i64) -> Result<()> {
    sqlx::query!("SELECT id FROM shipment WHERE id = $1 FOR KEY SHARE", shipment).fetch_optional(tx.conn()).await?;
    Ok(())
}

/// The goods go with their reservation into the tote, which is bound to the shipment if it was free.
pub async fn put(tx: &mut Tx, actor: Actor<'_>, trip: i64, stop: &Stop, tote: &Tote, qty: i64) -> Result<()> {
    keep_shipment(tx, stop.shipment_id).await?;
    let container = match tote {
        Tote::Bound(id) => *id,
        Tote::New { id, after_full } => {
            if *after_full {
                sqlx::query!(
                    "UPDATE tote_use SET full_at = now() WHERE trip_id = $1 AND shipment_id = $2 AND freed_at IS NULL AND full_at IS NULL",
                    trip,
                    stop.shipment_id
                )
                .execute(tx.conn())
                .await?;
            }
            sqlx::query!("INSERT INTO tote_use (container_id, shipment_id, trip_id) VALUES ($1, $2, $3)", id, stop.shipment_id, trip)
                .execute(tx.conn())
                .await?;
            *id
        }
    };
    let moved = sqlx::query!(
        "INSERT INTO movement (gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reservation_id, stop_id, reason, person_id, command)
         SELECT $1::text::timestamptz, warehouse_id, owner_id, item_id, lot_id, $2, place_id, $3, id, stop_id, 'pick', $4, $5
         FROM reservation WHERE id = $6 AND ended_at IS NULL",
        actor.at,
        qty,
        container,
        actor.person,
        actor.command,
        stop.reservation_id
    )
    .execute(tx.conn())
    .await?;
    if moved.rows_affected() != 1 {
        return Err(Error::Refused { constraint: "reservation_covers".into(), said: "the reservation is gone".into() });
    }
    Ok(())
}

/// Takes another lot of the same item from the same bin, if that breaks no promise.
pub async fn swap(tx: &mut Tx, actor: Actor<'_>, stop: &Stop, trip: i64, to_lot: i64) -> Result<i64> {
    sqlx::query!("SELECT lock_gates($1, ARRAY[$2::bigint])", actor.warehouse, stop.item_id).execute(tx.conn()).await?;
    keep_shipment(tx, stop.shipment_id).await?;
    let r = sqlx::query!(
        "SELECT r.promise_id, r.warehouse_id, r.owner_id, r.qty FROM reservation r WHERE r.id = $1 AND r.ended_at IS NULL",
        stop.reservation_id
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(r) = r else { return Err(Error::Refused { constraint: "reservation_covers".into(), said: "the reservation is gone".into() }) };
    sqlx::query!("UPDATE reservation SET qty = 0, ended_at = now() WHERE id = $1", stop.reservation_id).execute(tx.conn()).await?;
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
    let fresh = sqlx::query_scalar!(
        "INSERT INTO reservation (promise_id, warehouse_id, place_id, owner_id, item_id, lot_id, qty, stop_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (promise_id, place_id, lot_id) WHERE ended_at IS NULL DO UPDATE SET qty = reservation.qty + excluded.qty
         RETURNING id",
        r.promise_id,
        r.warehouse_id,
        stop.place_id,
        r.owner_id,
        stop.item_id,
        to_lot,
        r.qty,
        stop_id
    )
    .fetch_one(tx.conn())
    .await?;
    let holds = sqlx::query_scalar!(r#"SELECT promises_hold($1, $2, $3) AS "holds!""#, r.warehouse_id, r.owner_id, stop.item_id)
        .fetch_one(tx.conn())
        .await?;
    if holds {
        return Ok(fresh);
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
    sqlx::query!("UPDATE stop SET skips = 1 + (SELECT max(skips) FROM stop WHERE trip_id = $1) WHERE id = $2", trip, stop)
        .execute(tx.conn())
        .await?;
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

/// A tote is free again with its last unit. Only totes that this person's gesture can have emptied are looked at:
/// those in use.
pub async fn free_empty_totes(tx: &mut Tx, warehouse: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE tote_use u SET freed_at = now() FROM trip t
         WHERE t.id = u.trip_id AND t.warehouse_id = $1 AND u.freed_at IS NULL
           AND NOT EXISTS (SELECT 1 FROM stock s WHERE s.warehouse_id = $1 AND s.place_id = u.container_id AND s.on_hand > 0)",
        warehouse
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// The walk is over: the totes stand in `staging` (if there are any) and each shipment that is whole is picked.
pub async fn finish(tx: &mut Tx, actor: Actor<'_>, trip: i64, staging: Option<i64>) -> Result<()> {
    if let Some(place) = staging {
        sqlx::query!(
            "INSERT INTO placement (warehouse_id, container_id, from_place, to_place, reason, person_id, command)
             SELECT $1, c.place_id, c.stands_in, $2, 'stage', $3, $4
             FROM tote_use u JOIN container c ON c.place_id = u.container_id
             WHERE u.trip_id = $5 AND u.freed_at IS NULL AND c.stands_in IS DISTINCT FROM $2",
            actor.warehouse,
            place,
            actor.person,
            actor.command,
            trip
        )
        .execute(tx.conn())
        .await?;
    }
    sqlx::query!("UPDATE trip SET state = 'done' WHERE id = $1", trip).execute(tx.conn()).await?;
    sqlx::query!(
        "UPDATE shipment s SET state = 'picked' WHERE s.state = 'picking'
           AND s.id IN (SELECT shipment_id FROM trip_shipment WHERE trip_id = $1)
           AND NOT EXISTS (SELECT 1 FROM shipment_line l JOIN promise p ON p.shipment_line_id = l.id AND p.ended_at IS NULL
                           JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
                           JOIN bin b ON b.place_id = r.place_id WHERE l.shipment_id = s.id)",
        trip
    )
    .execute(tx.conn())
    .await?;
    close_waves(tx, actor.warehouse).await
}

/// A wave is done when nobody walks for it any more.
async fn close_waves(tx: &mut Tx, warehouse: i64) -> Result<()> {
    sqlx::query!(
        "UPDATE wave w SET state = 'done' WHERE w.warehouse_id = $1 AND w.state = 'released'
           AND NOT EXISTS (SELECT 1 FROM trip t WHERE t.wave_id = w.id AND t.state IN ('open', 'claimed'))",
        warehouse
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}
