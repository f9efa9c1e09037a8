-- $1 warehouse, $2 reservation
UPDATE parcel pc
SET state = 'void'
WHERE pc.state = 'open'
  AND pc.warehouse_id = $1
  AND pc.shipment_id = (
    SELECT sl.shipment_id
    FROM reservation r
    JOIN promise p ON p.id = r.promise_id
    JOIN shipment_line sl ON sl.id = p.shipment_line_id
    WHERE r.id = $2
  )
  AND NOT EXISTS (
    SELECT 1
    FROM stock sk
    WHERE sk.warehouse_id = $1 AND sk.place_id = pc.place_id AND sk.on_hand > 0
  )
