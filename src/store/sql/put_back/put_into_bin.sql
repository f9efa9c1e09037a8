-- $1 at, $2 bin, $3 person, $4 command, $5 task, $6 item, $7 lot
INSERT INTO movement (
  gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, from_status, to_place,
  to_status, reason, person_id, command
)
SELECT
  $1::text::timestamptz, sk.warehouse_id, sk.owner_id, sk.item_id, sk.lot_id,
  sk.on_hand - sk.reserved, sk.place_id, sk.status, $2, sk.status, 'put_back', $3, $4
FROM task tk
JOIN stock sk ON sk.place_id = tk.container_id AND sk.warehouse_id = tk.warehouse_id
WHERE tk.id = $5
  AND sk.item_id = $6
  AND sk.lot_id = $7
  AND sk.on_hand > sk.reserved
  AND (sk.status = 'good' OR NOT EXISTS (SELECT 1 FROM bench WHERE place_id = tk.container_id))
