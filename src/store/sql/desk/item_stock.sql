-- $1 warehouse, $2 id, $3 limit
SELECT
  pl.id,
  pl.code,
  lo.number,
  CASE WHEN isfinite(lo.last_good_day) THEN lo.last_good_day::text END AS day,
  sk.on_hand,
  sk.reserved,
  sk.status AS "status: StockStatus"
FROM stock sk
JOIN place pl ON pl.id = sk.place_id
JOIN lot lo ON lo.id = sk.lot_id
WHERE sk.warehouse_id = $1
  AND sk.item_id = $2
  AND sk.on_hand > 0
  -- Each has an index of its own.
  AND (NOT sk.on_its_way OR sk.on_its_way)
ORDER BY lo.last_good_day, pl.code
LIMIT $3
