-- $1 trip, $2 to
UPDATE shipment
SET state = 'picking'
WHERE state = 'released'
  AND $2::bigint IS NOT NULL
  AND id IN (SELECT shipment_id FROM trip_shipment WHERE trip_id = $1)
