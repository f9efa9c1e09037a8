-- $1 tote
SELECT s.id, r.id AS reservation, r.qty
FROM reservation r
JOIN promise p ON p.id = r.promise_id
JOIN shipment_line sl ON sl.id = p.shipment_line_id
JOIN shipment s ON s.id = sl.shipment_id
WHERE r.place_id = $1
  AND r.ended_at IS NULL
  AND s.state IN ('picked', 'packing')
  AND NOT EXISTS (
    SELECT 1
    FROM exception e
    WHERE e.shipment_id = s.id AND e.done_at IS NULL
  )
ORDER BY s.priority DESC, s.cutoff_at, s.id
FOR UPDATE OF s
