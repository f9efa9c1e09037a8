-- $1 stop, $2 in_total, $3 reservation
SELECT r.id
FROM reservation r
JOIN promise p ON p.id = r.promise_id
JOIN shipment_line sl ON sl.id = p.shipment_line_id
JOIN shipment s ON s.id = sl.shipment_id
WHERE r.stop_id = $1 AND r.ended_at IS NULL AND ($2 OR r.id = $3)
ORDER BY s.id, r.id
FOR KEY SHARE OF s
