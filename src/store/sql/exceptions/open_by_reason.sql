-- $1 warehouse, $2 reason, $3 most
SELECT id, shipment_id
FROM exception
WHERE done_at IS NULL AND reason = $2 AND (warehouse_id = $1 OR warehouse_id IS NULL)
ORDER BY id
LIMIT $3
