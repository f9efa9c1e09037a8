-- What its shop holds goes nowhere: other goods are followed when it lets go.
SELECT 'order line ' || ol.id, 'at most ' || ol.qty - ol.elsewhere, sum(sh.qty)::text
FROM orders o
JOIN order_line ol ON ol.order_id = o.id
JOIN share sh ON sh.order_line_id = ol.id
JOIN shipment_line sl ON sl.id = sh.shipment_line_id
JOIN shipment s ON s.id = sl.shipment_id AND s.state NOT IN ('cancelled', 'handed_over')
WHERE NOT o.shop_holds
  AND NOT EXISTS (
    SELECT 1
    FROM exception e
    WHERE e.shipment_id = s.id AND e.reason = 'changed_late'
  )
GROUP BY ol.id
HAVING sum(sh.qty) > ol.qty - ol.elsewhere
