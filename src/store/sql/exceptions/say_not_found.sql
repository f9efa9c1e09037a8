-- $1 shipment
SELECT not_found(p.id, p.open)
FROM shipment_line sl
JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
WHERE sl.shipment_id = $1 AND p.open > 0
ORDER BY p.id
