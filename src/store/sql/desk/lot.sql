-- $1 warehouse, $2 id, $3 limit
SELECT pl.id, pl.code, sk.on_hand, sk.reserved, sk.status AS "status: StockStatus"
FROM stock sk
JOIN place pl ON pl.id = sk.place_id
WHERE sk.warehouse_id = $1
  AND sk.item_id = (SELECT item_id FROM lot WHERE id = $2)
  AND sk.lot_id = $2
  AND sk.on_hand > 0
  -- Each has an index of its own.
  AND (NOT sk.on_its_way OR sk.on_its_way)
  AND pl.kind <> 'virtual'
ORDER BY pl.code
LIMIT $3
