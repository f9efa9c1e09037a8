-- $1 shop
SELECT e.id
FROM exception e
JOIN orders o ON o.id = e.order_id
WHERE e.done_at IS NULL AND e.reason = 'unknown_item' AND o.shop_id = $1
ORDER BY e.id
