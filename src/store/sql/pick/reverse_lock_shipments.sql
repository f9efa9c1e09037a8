-- $1 command
SELECT s.id
FROM movement m
JOIN reservation r ON r.id = m.reservation_id
JOIN promise p ON p.id = r.promise_id
JOIN shipment_line sl ON sl.id = p.shipment_line_id
JOIN shipment s ON s.id = sl.shipment_id
WHERE m.command = $1
ORDER BY s.id
FOR KEY SHARE OF s
