-- $1 trip
UPDATE shipment s
SET state = 'picked'
WHERE s.state = 'picking'
  AND s.id IN (SELECT shipment_id FROM trip_shipment WHERE trip_id = $1)
  AND NOT EXISTS (
    SELECT 1
    FROM shipment_line sl
    JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
    JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
    JOIN place pl ON pl.id = r.place_id AND pl.stores
    WHERE sl.shipment_id = s.id
  )
