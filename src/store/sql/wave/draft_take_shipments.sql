-- $1 id, $2 ids
UPDATE shipment s
SET wave_id = $1
FROM (
  SELECT ready_s.id
  FROM shipment ready_s
  WHERE ready_s.id = ANY ($2)
    AND ready_s.state = 'ready'
    AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = ready_s.id)
  ORDER BY ready_s.id
  FOR UPDATE
) k
WHERE s.id = k.id
