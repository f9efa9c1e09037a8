-- $1 shop
SELECT o.payload
FROM orders o
JOIN shop sp ON sp.id = o.shop_id
WHERE sp.code = $1
ORDER BY o.id
