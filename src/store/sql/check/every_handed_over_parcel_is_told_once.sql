SELECT 'parcel ' || pc.sscc, '1', count(ob.id)::text
FROM parcel pc
JOIN parcel_line pcl ON pcl.parcel_id = pc.place_id
JOIN order_line ol ON ol.id = pcl.order_line_id
JOIN orders o ON o.id = ol.order_id
LEFT JOIN outbox ob
  ON ob.parcel_id = pc.place_id
    AND ob.order_no = o.order_no
    AND ob.shop_id = o.shop_id
WHERE pc.state = 'handed_over'
GROUP BY pc.sscc, o.id
HAVING count(DISTINCT ob.id) <> 1
