-- $1 after, $2 most
SELECT e.id
FROM exception e
JOIN orders o ON o.id = e.order_id
JOIN shop sp ON sp.id = o.shop_id
WHERE e.done_at IS NULL
  AND e.reason = 'unknown_item'
  AND e.id > $1
  AND NOT EXISTS (
    SELECT 1
    FROM order_line ol
    WHERE ol.order_id = o.id
      AND ol.item_id IS NULL
      AND wants_item(ol)
      AND NOT EXISTS (
        SELECT 1
        FROM listing li
        WHERE li.shop_id = o.shop_id AND li.code = upper(ol.sku) AND li.item_id IS NOT NULL
      )
      AND NOT EXISTS (
        SELECT 1
        FROM item i
        WHERE upper(i.sku) = upper(ol.sku) AND i.owner_id = sp.owner_id
      )
  )
ORDER BY e.id
LIMIT $2
