//! Invented stock and receivers, for real orders in a warehouse that is none: to try things out at scale.

use super::{Result, Tx};
use uuid::Uuid;

/// Receivers for shipments that are held for want of one; the order keeps what its shop said.
pub async fn receivers(tx: &mut Tx, receivers: &[serde_json::Value]) -> Result<u64> {
    let done = sqlx::query!(
        "UPDATE shipment s SET receiver = r.list->(s.id % jsonb_array_length(r.list))::int, state = 'pending', reason = ''
         FROM (SELECT $1::jsonb AS list) r WHERE s.state = 'held' AND s.reason = 'no_receiver'",
        serde_json::Value::from(receivers.to_vec())
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// For every item that shipments still want: twice as much as is lacking, over two storage bins chosen by `seed`, one lot each
/// with `days` and twice as many days left. Returns the units.
pub async fn stock(tx: &mut Tx, warehouse: i64, person: i64, command: Uuid, seed: i64, days: i32) -> Result<i64> {
    sqlx::query!(
        "INSERT INTO lot (owner_id, item_id, number, last_good_day)
         SELECT i.owner_id, i.id, CASE WHEN i.lot_tracked THEN 'F' || part ELSE '' END, CASE WHEN i.lot_tracked THEN today($1) + $2::int * part ELSE 'infinity'::date END
         FROM item i CROSS JOIN generate_series(1, 2) part
         WHERE i.id IN (SELECT l.item_id FROM shipment_line l JOIN shipment s ON s.id = l.shipment_id WHERE s.warehouse_id = $1 AND s.state = 'pending')
         ON CONFLICT ON CONSTRAINT lot_once DO NOTHING",
        warehouse,
        days
    )
    .execute(tx.conn())
    .await?;
    let units = sqlx::query_scalar!(
        "WITH want AS (SELECT l.owner_id, l.item_id, sum(l.qty)::bigint AS qty FROM shipment_line l JOIN shipment s ON s.id = l.shipment_id
                       WHERE s.warehouse_id = $1 AND s.state = 'pending' GROUP BY 1, 2),
              bins AS (SELECT p.id, row_number() OVER (ORDER BY b.seq, p.id) - 1 AS n, count(*) OVER () AS of
                       FROM bin b JOIN place p ON p.id = b.place_id WHERE p.warehouse_id = $1 AND b.use = 'storage' AND b.pickable)
         INSERT INTO movement (warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reason, person_id, command)
         SELECT $1, w.owner_id, w.item_id, l.id, w.qty, v.id, b.id, 'receive', $2, $3
         FROM want w JOIN item i ON i.id = w.item_id CROSS JOIN generate_series(1, 2) part
         JOIN lot l ON l.item_id = w.item_id AND l.number = CASE WHEN i.lot_tracked THEN 'F' || part ELSE '' END
          AND l.last_good_day = CASE WHEN i.lot_tracked THEN today($1) + $5::int * part ELSE 'infinity'::date END
         JOIN bins b ON b.n = (w.item_id * 7919 + part * 104729 + $4) % b.of
         JOIN place v ON v.warehouse_id = $1 AND v.code = 'SUPPLIER'
         RETURNING qty",
        warehouse,
        person,
        command,
        seed,
        days
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(units.iter().sum())
}
