-- $1 shipment
SELECT p.id, p.open AS "qty!", s.wave_id
FROM shipment s
JOIN shipment_line sl ON sl.shipment_id = s.id
JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
WHERE s.id = $1 AND p.open > 0 AND s.state IN ('picking', 'picked', 'packing', 'released')
ORDER BY p.id
FOR UPDATE OF p
