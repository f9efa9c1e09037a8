-- $1 wave
SELECT id
FROM shipment
WHERE wave_id = $1 AND state = 'released'
ORDER BY id
FOR UPDATE
