-- $1 warehouse, $2 reason, $3 most, $4 person
SELECT id, shipment_id
FROM exception
WHERE done_at IS NULL
  AND reason = $2
  AND (warehouse_id = $1 OR warehouse_id IS NULL)
  AND ((SELECT NOT is_limited($4)) OR id IN (SELECT exceptions_of($4)))
ORDER BY id
LIMIT $3
