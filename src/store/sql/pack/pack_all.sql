-- $1 tote
SELECT ps.id AS "id!", r.id AS reservation, r.qty
FROM reservation r
JOIN promise p ON p.id = r.promise_id
JOIN shipment_line sl ON sl.id = p.shipment_line_id
JOIN packable_shipment ps ON ps.id = sl.shipment_id
WHERE r.place_id = $1
  AND r.ended_at IS NULL
ORDER BY ps.priority DESC, ps.cutoff_at, ps.id
FOR UPDATE OF ps
