SELECT 'shipment ' || s.shipment_no, 'all its goods in boxes', s.state
FROM shipment s
WHERE s.state IN ('packed', 'handed_over')
  AND EXISTS (
    SELECT 1
    FROM shipment_line sl
    JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
    JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
    LEFT JOIN container c ON c.place_id = r.place_id
    WHERE sl.shipment_id = s.id AND coalesce(c.kind, '') <> 'parcel'
  )
