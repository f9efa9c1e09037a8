-- $1 shipments
SELECT id
FROM trip
WHERE state = 'open' AND id IN (SELECT trip_id FROM trip_shipment WHERE shipment_id = ANY ($1))
ORDER BY id
FOR UPDATE
