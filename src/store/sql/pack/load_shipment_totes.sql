-- $1 id, $2 brought
SELECT pl.id, pl.code
FROM tote_use u
JOIN trip t ON t.id = u.trip_id AND t.state = 'done'
JOIN place pl ON pl.id = u.container_id
WHERE u.shipment_id = $1
  AND u.freed_at IS NULL
  -- Not one whose goods were called off and go back: it holds nothing for this shipment.
  AND (
    pl.id = ANY ($2)
    OR EXISTS (
      SELECT 1
      FROM reservation r
      JOIN promise p ON p.id = r.promise_id
      JOIN shipment_line sl ON sl.id = p.shipment_line_id
      WHERE r.place_id = pl.id AND r.ended_at IS NULL AND sl.shipment_id = $1
    )
  )
ORDER BY pl.code
