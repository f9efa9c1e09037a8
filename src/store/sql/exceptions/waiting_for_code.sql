-- $1 exception, $2 code, $3 most
SELECT e.id
FROM exception this
JOIN exception e ON e.shop_id = this.shop_id AND e.reason = this.reason AND e.done_at IS NULL
WHERE this.id = $1
  AND EXISTS (
    SELECT 1
    FROM order_line ol
    WHERE ol.order_id = e.order_id AND ol.item_id IS NULL AND upper(ol.sku) = upper($2)
  )
ORDER BY e.id
LIMIT $3
