-- $1 id, $2 ids
UPDATE shipment s
SET wave_id = $1
FROM (
  SELECT id
  FROM shipment
  WHERE id = ANY ($2) AND state = 'ready'
  ORDER BY id
  FOR UPDATE
) k
WHERE s.id = k.id
