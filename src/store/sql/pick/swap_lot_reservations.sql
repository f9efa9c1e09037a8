-- $1 warehouse, $2 place_id, $3 owner, $4 item_id, $5 to_lot, $6 stop_id, $7 promises, $8 qtys
INSERT INTO reservation (
  promise_id, warehouse_id, place_id, owner_id, item_id, lot_id, qty, stop_id
)
SELECT t.promise_id, $1, $2, $3, $4, $5, t.qty, $6
FROM unnest($7::bigint[], $8::bigint[]) AS t(promise_id, qty)
ORDER BY t.promise_id
ON CONFLICT (promise_id, place_id, lot_id)
WHERE ended_at IS NULL
DO UPDATE SET qty = reservation.qty + excluded.qty
RETURNING id
