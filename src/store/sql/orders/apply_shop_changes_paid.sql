-- $1 orders
SELECT id
FROM orders
WHERE id = ANY ($1) AND status = 'paid' AND NOT shop_holds
ORDER BY id
