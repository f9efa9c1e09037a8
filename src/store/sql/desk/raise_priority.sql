-- $1 shipment
UPDATE trip t
SET priority = greatest(t.priority, s.priority)
FROM trip_shipment ts
JOIN shipment s ON s.id = ts.shipment_id
WHERE ts.shipment_id = $1 AND t.id = ts.trip_id AND t.state = 'open'
