-- $1 reason, $2 shipment, $3 shipment_no, $4 detail
INSERT INTO exception (warehouse_id, reason, subject, shipment_id, detail)
SELECT warehouse_id, $1, $3, id, $4
FROM shipment
WHERE id = $2
ON CONFLICT
DO NOTHING
