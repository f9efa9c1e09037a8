-- $1 kind, $2 ids, $3 warehouse
SELECT k.id AS "id!", k.name AS "name!", k.state AS "state!", k.by_hand AS "by_hand!"
FROM (
  SELECT
    s.id,
    s.shipment_no AS name,
    s.state,
    EXISTS (
      SELECT 1
      FROM hold hd
      WHERE hd.subject = 'shipment'
        AND hd.subject_id = s.id
        AND hd.lifted_at IS NULL
        AND hd.by <> 'system'
    ) AS by_hand
  FROM shipment s
  WHERE $1 = 'shipment' AND s.id = ANY ($2) AND s.warehouse_id = $3
  UNION ALL
  SELECT t.id, t.trip_no, t.state, false
  FROM trip t
  WHERE $1 = 'trip' AND t.id = ANY ($2) AND t.warehouse_id = $3
  UNION ALL
  SELECT hd.id, hd.hold_no, CASE WHEN hd.lifted_at IS NULL THEN 'live' ELSE 'lifted' END,
    hd.by <> 'system'
  FROM hold hd
  WHERE $1 = 'hold' AND hd.id = ANY ($2)
  UNION ALL
  SELECT e.id, e.subject, e.reason, false
  FROM exception e
  WHERE $1 = 'case'
    AND e.id = ANY ($2)
    AND e.done_at IS NULL
    AND (e.warehouse_id = $3 OR e.warehouse_id IS NULL)
  UNION ALL
  SELECT pe.id, pe.name, pe.role, false
  FROM person pe
  WHERE $1 = 'person'
    AND pe.active
    AND pe.id = ANY ($2)
    AND coalesce(pe.warehouse_id, $3) = $3
) k
ORDER BY k.id
