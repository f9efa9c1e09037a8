-- $1 id, $2 limit
SELECT
  ol.sku,
  CASE WHEN i.id IS NOT NULL THEN item_name(i) END AS "item: Name",
  ol.title,
  ol.qty,
  ol.elsewhere,
  ol.to_send AS "to_send!",
  ol.cancelled,
  s.state AS "state?: ShipmentState",
  s.shipment_no AS "shipment_no?",
  s.id AS "shipment?"
FROM order_line ol
LEFT JOIN item i ON i.id = ol.item_id
LEFT JOIN share sh ON sh.order_line_id = ol.id
LEFT JOIN shipment_line sl ON sl.id = sh.shipment_line_id
LEFT JOIN shipment s ON s.id = sl.shipment_id
WHERE ol.order_id = $1
ORDER BY ol.id
LIMIT $2
