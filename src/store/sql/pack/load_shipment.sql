-- $1 id
SELECT s.id, s.shipment_no, ca.name AS carrier
FROM shipment s
JOIN carrier ca ON ca.id = s.carrier_id
WHERE s.id = $1 AND s.state IN ('picked', 'packing')
