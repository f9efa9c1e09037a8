-- $1 shop, $2 order_no
SELECT
  (
    SELECT coalesce(array_agg(ol.line_no), '{}')
    FROM order_line ol
    WHERE ol.order_id = o.id AND ol.item_id IS NULL AND wants_item(ol)
  ) AS "unknown!",
  EXISTS (
    SELECT 1
    FROM order_line ol
    JOIN share sh ON sh.order_line_id = ol.id
    JOIN shipment_line sl ON sl.id = sh.shipment_line_id
    JOIN shipment s ON s.id = sl.shipment_id
    JOIN shipment_hold sho ON sho.shipment_id = s.id
    WHERE ol.order_id = o.id AND sho.reason = 'no_receiver'
  ) AS "no_receiver!"
FROM orders o
WHERE o.shop_id = $1 AND o.order_no = $2
