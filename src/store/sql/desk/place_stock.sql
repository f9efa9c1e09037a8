-- $1 warehouse, $2 id, $3 limit, $4 person
SELECT
  i.id,
  item_name(i) AS "item!: Name",
  lo.number,
  CASE WHEN isfinite(lo.last_good_day) THEN lo.last_good_day::text END AS day,
  sk.on_hand,
  sk.reserved,
  sk.status AS "status: StockStatus"
FROM stock sk
JOIN item i ON i.id = sk.item_id
JOIN lot lo ON lo.id = sk.lot_id
WHERE sk.warehouse_id = $1
  AND sk.place_id = $2
  AND sk.on_hand > 0
  AND sk.owner_id IN (SELECT owners_of($4))
LIMIT $3
