-- $1 order
UPDATE order_line ol
SET item_id = k.item_id
FROM (
  SELECT l.id, coalesce(li.item_id, i.id) AS item_id
  FROM order_line l
  JOIN orders o ON o.id = l.order_id
  JOIN shop sp ON sp.id = o.shop_id
  LEFT JOIN listing li ON li.shop_id = o.shop_id AND li.code = upper(l.sku)
  LEFT JOIN item i ON upper(i.sku) = upper(l.sku) AND i.owner_id = sp.owner_id
  WHERE l.order_id = $1 AND l.item_id IS NULL
) k
WHERE k.id = ol.id AND k.item_id IS NOT NULL
