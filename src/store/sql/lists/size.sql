-- $1 kind, $2 warehouse, $3 of, $4 person, $5 most
-- How long a list is, where it is longer than what is shown of it; counted no further than `most`.
SELECT count(*) AS "n!"
FROM (
  SELECT 1
  FROM shipment_stage sg
  WHERE $1 = 'stage'
    AND (sg.stage = $3 OR $3 = 'live')
    AND sg.warehouse_id = $2
    AND sg.shop_id IN (SELECT shops_of($4))
  UNION ALL
  SELECT 1
  FROM exception e
  WHERE $1 = 'cases'
    AND (e.reason = $3 OR $3 = 'all')
    AND e.done_at IS NULL
    AND (e.warehouse_id = $2 OR e.warehouse_id IS NULL)
    AND ((SELECT NOT is_limited($4)) OR e.id IN (SELECT exceptions_of($4)))
  UNION ALL
  SELECT 1
  FROM trip t
  WHERE $1 = 'trips'
    AND (t.state = $3 OR $3 = 'live' AND t.state IN ('open', 'claimed'))
    AND t.warehouse_id = $2
    AND ((SELECT NOT is_limited($4)) OR sees($4, 'trip', t.id))
  UNION ALL
  SELECT 1
  FROM wave wv
  WHERE $1 = 'waves'
    AND wv.state = $3
    AND wv.warehouse_id = $2
    AND ((SELECT NOT is_limited($4)) OR sees($4, 'wave', wv.id))
  UNION ALL
  SELECT 1
  FROM hold hd
  WHERE $1 = 'holds'
    AND hd.lifted_at IS NULL
    AND ((SELECT NOT is_limited($4)) OR sees_hold($4, hd.id))
  UNION ALL
  SELECT 1
  FROM at_work aw
  WHERE $1 = 'people' AND coalesce(aw.warehouse_id, $2) = $2
  LIMIT $5
) k
