-- $1 parcel
SELECT EXISTS (
  SELECT 1
  FROM parcel pc
  JOIN shipment_line sl ON sl.shipment_id = pc.shipment_id
  JOIN share sh ON sh.shipment_line_id = sl.id
  JOIN order_line ol ON ol.id = sh.order_line_id
  JOIN orders o ON o.id = ol.order_id
  JOIN shop sp ON sp.id = o.shop_id
  WHERE pc.place_id = $1 AND sp.no_answer = 'wait'
) AS "waits!"
