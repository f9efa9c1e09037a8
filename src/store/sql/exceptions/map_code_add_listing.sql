-- $1 exception, $2 code, $3 id
INSERT INTO listing (shop_id, code, item_id)
SELECT o.shop_id, upper($2), $3
FROM exception e
JOIN orders o ON o.id = e.order_id
WHERE e.id = $1
ON CONFLICT (shop_id, code)
DO UPDATE SET item_id = excluded.item_id
