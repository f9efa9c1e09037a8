-- $1 at, $2 person, $3 command, $4 id, $5 found, $6 held
INSERT INTO movement (
  gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, from_status, to_place,
  to_status, reason, person_id, command
)
SELECT
  $1::text::timestamptz,
  sk.warehouse_id,
  sk.owner_id,
  sk.item_id,
  sk.lot_id,
  part.qty,
  sk.place_id,
  sk.status,
  CASE WHEN part.good THEN sk.place_id ELSE pl.id END,
  'good',
  'adjust',
  $2,
  $3
FROM exception e
JOIN reason re ON re.code = e.reason
JOIN stock sk
  ON sk.warehouse_id = e.warehouse_id
    AND sk.place_id = e.place_id
    AND sk.item_id = e.item_id
    AND sk.lot_id = e.lot_id
    AND sk.status = re.stock_status
JOIN place pl
  ON pl.warehouse_id = sk.warehouse_id
    AND pl.kind = 'virtual'
    AND pl.code = 'ADJUSTMENT'
CROSS JOIN LATERAL (
  VALUES (true, $5::bigint), (false, least($6::bigint, sk.on_hand) - $5)
) AS part(good, qty)
WHERE e.id = $4 AND part.qty > 0
