SELECT s.shipment_no, '0 owed', (p.qty - p.shipped) || ' owed'
FROM promise p
JOIN shipment_line sl ON sl.id = p.shipment_line_id
JOIN shipment s ON s.id = sl.shipment_id
WHERE p.ended_at IS NULL AND s.state = 'handed_over' AND p.shipped < p.qty
