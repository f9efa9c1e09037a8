-- $1 warehouse
UPDATE wave wv
SET state = 'done'
WHERE wv.warehouse_id = $1
  AND wv.state = 'released'
  AND NOT EXISTS (
    SELECT 1
    FROM trip t
    WHERE t.wave_id = wv.id AND t.state IN ('open', 'claimed')
  )
