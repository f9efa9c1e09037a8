-- $1 kind, $2 ids
SELECT k.id AS "id!", k.name AS "name!", k.state AS "state!", k.stands_still AS "stands_still!",
  k.by_hand AS "by_hand!"
FROM (
  SELECT
    s.id,
    s.shipment_no AS name,
    s.state,
    s.reason <> '' AND h.held IS NULL AS stands_still,
    coalesce(h.by_hand, false) AS by_hand
  FROM shipment s
  LEFT JOIN LATERAL (
    SELECT true AS held, bool_or(hd.by <> 'system') AS by_hand
    FROM hold hd
    WHERE hd.subject = 'shipment' AND hd.subject_id = s.id AND hd.lifted_at IS NULL
    HAVING count(*) > 0
  ) h ON true
  WHERE $1 = 'shipment' AND s.id = ANY ($2)
  UNION ALL
  SELECT t.id, t.trip_no, t.state, false, false
  FROM trip t
  WHERE $1 = 'trip' AND t.id = ANY ($2)
  UNION ALL
  SELECT hd.id, hd.hold_no, CASE WHEN hd.lifted_at IS NULL THEN 'live' ELSE 'lifted' END, false,
    hd.by <> 'system'
  FROM hold hd
  WHERE $1 = 'hold' AND hd.id = ANY ($2)
) k
ORDER BY k.id
