-- $1 parcel, $2 order_no, $3 body
INSERT INTO exception (warehouse_id, reason, subject, shipment_id, shop_id, detail)
SELECT pc.warehouse_id, 'told_otherwise', s.shipment_no, s.id, ob.shop_id, ob.order_no
FROM outbox ob
JOIN parcel pc ON pc.place_id = ob.parcel_id
JOIN shipment s ON s.id = pc.shipment_id
WHERE ob.kind = 'dispatch'
  AND ob.parcel_id = $1
  AND ob.order_no = $2
  AND ob.state = 'sent'
  AND ob.body ->> 'waybill' = $3::json ->> 'waybill'
  AND ob.body::jsonb -> 'lines' <> $3::jsonb -> 'lines'
ON CONFLICT
DO NOTHING
