-- $1 shipment
SELECT DISTINCT ol.order_id
FROM shipment_line sl
JOIN share sh ON sh.shipment_line_id = sl.id
JOIN order_line ol ON ol.id = sh.order_line_id
WHERE sl.shipment_id = $1
ORDER BY 1
