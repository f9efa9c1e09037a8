-- $1 order
SELECT NOT EXISTS (
  SELECT 1
  FROM order_line ol
  CROSS JOIN LATERAL (
    SELECT min(sl.item_id) AS item_id
    FROM share sh
    JOIN shipment_line sl ON sl.id = sh.shipment_line_id
    JOIN shipment s ON s.id = sl.shipment_id AND s.state <> 'cancelled'
    WHERE sh.order_line_id = ol.id
  ) x
  WHERE ol.order_id = $1
    AND (not_taken_on(ol) <> 0 OR (x.item_id IS NOT NULL AND x.item_id IS DISTINCT FROM ol.item_id))
) AS "same!"
