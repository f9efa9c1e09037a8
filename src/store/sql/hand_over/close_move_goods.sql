-- $1 at, $2 person, $3 command, $4 list
INSERT INTO movement (
  gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reservation_id,
  reason, person_id, command
)
SELECT
  $1::text::timestamptz, r.warehouse_id, r.owner_id, r.item_id, r.lot_id, r.qty, r.place_id, pl.id,
  r.id, 'hand_over', $2, $3
FROM hand_over_parcel hp
JOIN reservation r ON r.place_id = hp.parcel_id AND r.ended_at IS NULL
JOIN place pl ON pl.warehouse_id = r.warehouse_id AND pl.kind = 'virtual' AND pl.code = 'CUSTOMER'
WHERE hp.hand_over_id = $4
ORDER BY r.id
