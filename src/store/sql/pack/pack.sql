-- $1 at, $2 parcel, $3 person, $4 command, $5 ids, $6 qtys
INSERT INTO movement (
  gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reservation_id,
  reason, person_id, command
)
SELECT
  $1::text::timestamptz, r.warehouse_id, r.owner_id, r.item_id, r.lot_id, u.qty, r.place_id, $2,
  r.id, 'pack', $3, $4
FROM unnest($5::bigint[], $6::bigint[]) AS u(id, qty)
JOIN reservation r ON r.id = u.id AND r.ended_at IS NULL
