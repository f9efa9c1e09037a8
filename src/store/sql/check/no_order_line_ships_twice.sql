SELECT 'order line ' || ol.id, 'at most ' || ol.qty - ol.elsewhere, sum(sh.qty)::text
FROM order_line ol
JOIN share sh ON sh.order_line_id = ol.id
JOIN shipment_line sl ON sl.id = sh.shipment_line_id
JOIN shipment s ON s.id = sl.shipment_id AND s.state NOT IN ('cancelled', 'handed_over')
WHERE NOT EXISTS (
  SELECT 1
  FROM exception e
  WHERE e.shipment_id = s.id AND e.reason = 'changed_late'
)
GROUP BY ol.id
HAVING sum(sh.qty) > ol.qty - ol.elsewhere
