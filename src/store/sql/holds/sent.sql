-- $1 lot
SELECT json_build_object(
  'at', to_char(m.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'shop', sp.code,
  'order_no', o.order_no,
  'line_no', ol.line_no,
  'shipment_no', s.shipment_no,
  'sscc', coalesce(pc.sscc, ''),
  'waybill', coalesce(pc.waybill, ''),
  'qty', m.qty,
  'receiver', coalesce(s.receiver ->> 'name', '')
) AS "row!"
FROM lot lo
JOIN movement m ON m.item_id = lo.item_id AND m.lot_id = lo.id AND m.reason = 'hand_over'
JOIN reservation r ON r.id = m.reservation_id
JOIN promise p ON p.id = r.promise_id
JOIN order_line ol ON ol.id = p.order_line_id
JOIN orders o ON o.id = ol.order_id
JOIN shop sp ON sp.id = o.shop_id
JOIN shipment_line sl ON sl.id = p.shipment_line_id
JOIN shipment s ON s.id = sl.shipment_id
LEFT JOIN parcel pc ON pc.place_id = m.from_place
WHERE lo.id = $1
ORDER BY m.id
