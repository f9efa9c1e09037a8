-- $1 shipment
UPDATE promise
SET broken = 0
WHERE broken > 0
  AND ended_at IS NULL
  AND shipment_line_id IN (SELECT id FROM shipment_line WHERE shipment_id = $1)
