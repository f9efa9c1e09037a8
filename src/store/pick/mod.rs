//! Picking: the trip and its next stop. `goods` moves what lies there, `walk` is the trip's own life.

mod goods;
mod walk;

pub use goods::{found, keep_shipment, missing, put, reverse, skip, swap};
pub use walk::{claim, finish, free_empty_totes, give};

use super::{Result, Tx};
use crate::domain::Name;
use crate::protocol::pick::{LotHere, Snapshot, Stop, Trip};
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
        r#"SELECT t.id, t.trip_no, t.kind <> 'orders' AS "batch!",
                  (SELECT count(*) FROM stop s WHERE s.trip_id = t.id) AS "stops!",
                  (SELECT count(*) FROM stop s WHERE s.trip_id = t.id AND NOT EXISTS
                     (SELECT 1 FROM reservation r WHERE r.stop_id = s.id AND r.ended_at IS NULL)) AS "done!",
                  (SELECT count(*) FROM tote_use u WHERE u.trip_id = t.id AND u.freed_at IS NULL) AS "totes!"
           FROM trip t WHERE t.person_id = $1 AND t.state = 'claimed'"#,
        person
    )
    .fetch_optional(tx.conn())
    .await?;
    let Some(trip) = trip else { return Ok(Snapshot { me: person, free_tote: hints.free_tote, staging: hints.staging, ..Snapshot::default() }) };
    let stop = next_stop(tx, warehouse, trip.id, trip.batch, in_hand).await?;
    Ok(Snapshot {
        trip: Some(Trip { id: trip.id, no: trip.trip_no, batch: trip.batch, stops: trip.stops, done: trip.done, totes: trip.totes }),
        stop,
        me: person,
        free_tote: hints.free_tote,
        staging: hints.staging,
    })
}

/// The next stop of a trip. Picked in total (`batch`), it is for all its reservations at once; else for the first one's shipment.
async fn next_stop(tx: &mut Tx, warehouse: i64, trip: i64, batch: bool, in_hand: i64) -> Result<Option<Stop>> {
    let row = sqlx::query!(
        r#"SELECT st.id, st.place_id, p.code AS place, i.id AS item_id, i.sku, i.name_en, i.name_zh, l.id AS lot_id, l.number,
                  l.last_good_day::text AS "last_good!", r.id AS reservation_id, pr.good_until::text AS "good_until!",
                  all_of.qty AS "qty!", all_of.shipments AS "shipments!",
                  s.id AS shipment_id, CASE WHEN $4 THEN t.trip_no ELSE s.shipment_no END AS "shipment_no!", u.container_id AS "tote_id?", tp.code AS "tote_code?",
                  (SELECT b.code FROM barcode b JOIN pack k ON k.id = b.pack_id WHERE k.item_id = i.id ORDER BY k.units, b.code LIMIT 1) AS barcode,
                  (SELECT count(*) FROM stock g WHERE g.warehouse_id = $1 AND g.place_id = st.place_id AND g.on_hand > 0) AS "goods!",
                  (SELECT count(DISTINCT g.place_id) FROM stock g JOIN bin gb ON gb.place_id = g.place_id
                   WHERE g.warehouse_id = $1 AND g.owner_id = r.owner_id AND g.item_id = i.id AND g.status = 'good' AND g.on_hand > 0
                     AND gb.zone = b.zone) AS "bins!"
           FROM stop st
           JOIN trip t ON t.id = st.trip_id
           JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
           JOIN place p ON p.id = st.place_id
           LEFT JOIN container c ON c.place_id = st.place_id
           JOIN bin b ON b.place_id = coalesce(c.stands_in, st.place_id)
           JOIN item i ON i.id = st.item_id
           JOIN lot l ON l.id = st.lot_id
           JOIN promise pr ON pr.id = r.promise_id
           JOIN shipment_line sl ON sl.id = pr.shipment_line_id
           JOIN shipment s ON s.id = sl.shipment_id
           CROSS JOIN LATERAL (SELECT sum(x.qty)::bigint AS qty, count(*) AS shipments FROM reservation x
                               WHERE x.stop_id = st.id AND x.ended_at IS NULL AND ($4 OR x.id = r.id)) all_of
           LEFT JOIN tote_use u ON u.trip_id = st.trip_id AND u.freed_at IS NULL AND u.full_at IS NULL
             AND u.shipment_id IS NOT DISTINCT FROM CASE WHEN NOT $4 THEN s.id END
           LEFT JOIN place tp ON tp.id = u.container_id
           WHERE st.trip_id = $2
           ORDER BY (r.id = $3) DESC, st.skips, b.seq, st.id, s.id, r.id LIMIT 1"#,
        warehouse,
        trip,
        in_hand,
        batch
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
        batch: if batch { r.shipments } else { 0 },
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
