-- $1 shipment, $2 wave
WITH walked AS (
  UPDATE shipment
  SET state = 'picking'
  WHERE id = $1 AND state IN ('picked', 'packing')
)
UPDATE wave
SET state = 'released'
WHERE id = $2 AND state = 'done'
