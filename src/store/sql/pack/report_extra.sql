-- $1 warehouse, $2 bench, $3 item, $4 detail
INSERT INTO exception (warehouse_id, reason, subject, place_id, item_id, qty, detail)
SELECT $1, 'found', CASE WHEN $3::bigint IS NULL THEN left($4, 60) ELSE code END, id, $3, 1, $4
FROM place
WHERE id = $2
ON CONFLICT (
  reason, subject, coalesce(place_id, 0), coalesce(item_id, 0), coalesce(lot_id, 0),
  coalesce(order_id, 0), coalesce(shop_id, 0)
)
WHERE done_at IS NULL
DO UPDATE SET qty = exception.qty + 1
