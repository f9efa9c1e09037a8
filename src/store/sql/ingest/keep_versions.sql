-- $1 all
INSERT INTO order_version (order_id, modified_at, status, payload)
SELECT id, modified_at, status, payload
FROM orders
WHERE id = ANY ($1)
