-- $1 at, $2 person, $3 command, $4 id, $5 ?all_here_on_hand
INSERT INTO movement (
  gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reason, person_id,
  command
)
SELECT
  $1::text::timestamptz,
  e.warehouse_id,
  i.owner_id,
  i.id,
  e.lot_id,
  abs($5::bigint),
  CASE WHEN $5::bigint > 0 THEN pl.id ELSE e.place_id END,
  CASE WHEN $5::bigint > 0 THEN e.place_id ELSE pl.id END,
  'adjust',
  $2,
  $3
FROM exception e
JOIN item i ON i.id = e.item_id
JOIN place pl ON pl.warehouse_id = e.warehouse_id AND pl.kind = 'virtual' AND pl.code = 'ADJUSTMENT'
WHERE e.id = $4 AND $5::bigint <> 0
