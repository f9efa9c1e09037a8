-- $1 shipment
SELECT id
FROM shipment
WHERE id = $1
FOR KEY SHARE
