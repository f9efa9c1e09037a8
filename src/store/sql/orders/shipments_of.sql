-- $1 order
SELECT DISTINCT s.id, s.state AS "state: ShipmentState", s.shipment_no
FROM order_line ol
JOIN share sh ON sh.order_line_id = ol.id
JOIN shipment_line sl ON sl.id = sh.shipment_line_id
JOIN shipment s ON s.id = sl.shipment_id
WHERE ol.order_id = $1 AND s.state <> 'cancelled'
ORDER BY s.id
