-- $1 parcel
UPDATE shipment s
SET state = 'packed'
FROM parcel pc
WHERE pc.place_id = $1
  AND s.id = pc.shipment_id
  AND NOT EXISTS (
    SELECT 1
    FROM parcel q
    WHERE q.shipment_id = s.id AND q.state IN ('open', 'closed')
  )
  AND NOT EXISTS (
    SELECT 1
    FROM shipment_line sl
    JOIN promise p
      ON p.shipment_line_id = sl.id
        AND p.ended_at IS NULL
        AND p.reserved + p.shipped < p.qty
    WHERE sl.shipment_id = s.id
  )
  AND NOT EXISTS (
    SELECT 1
    FROM shipment_line sl
    JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
    JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
    LEFT JOIN parcel q ON q.place_id = r.place_id
    WHERE sl.shipment_id = s.id AND q.place_id IS NULL
  )
