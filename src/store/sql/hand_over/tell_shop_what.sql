-- $1 parcel, $2 moment
SELECT
  o.shop_id,
  o.order_no,
  ca.code AS carrier,
  pc.waybill AS "waybill!",
  pc.sscc,
  json_agg(json_build_object('line_no', ol.line_no, 'qty', pcl.qty) ORDER BY ol.id) AS "lines!"
FROM parcel pc
JOIN carrier ca ON ca.id = pc.carrier_id
JOIN parcel_line pcl ON pcl.parcel_id = pc.place_id
JOIN order_line ol ON ol.id = pcl.order_line_id
JOIN orders o ON o.id = ol.order_id
JOIN shop sp ON sp.id = o.shop_id AND sp.notify = $2
WHERE pc.place_id = $1
GROUP BY o.shop_id, o.order_no, ca.code, pc.waybill, pc.sscc
ORDER BY o.order_no
