-- $1 at, $2 person, $3 command, $4 command
INSERT INTO movement (
  gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, from_status, to_place,
  to_status, reservation_id, stop_id, reason, person_id, command, reverses
)
SELECT
  $1::text::timestamptz, m.warehouse_id, m.owner_id, m.item_id, m.lot_id, m.qty, m.to_place,
  m.to_status, m.from_place, m.from_status, r.id, m.stop_id, 'undo', $2, $3, m.id
FROM movement m
JOIN reservation was ON was.id = m.reservation_id
JOIN reservation r
  ON r.promise_id = was.promise_id
    AND r.place_id = m.to_place
    AND r.lot_id = m.lot_id
    AND r.ended_at IS NULL
WHERE m.command = $4
