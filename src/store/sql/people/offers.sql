-- $1 person, $2 warehouse
SELECT k.code AS "code!", k.turned_on AS "on!"
FROM (
  SELECT 1 AS n, 'work:' || wk.kind AS code, wk.kind = ANY (pe.offered_work) AS turned_on
  FROM person pe
  JOIN role ro ON ro.code = pe.role
  JOIN unnest(ARRAY['pick', 'pack', 'put_back', 'hand_over']) AS wk (kind)
    ON wk.kind = ANY (ro.rights)
  WHERE pe.id = $1
  UNION ALL
  SELECT 2, 'zone:' || zn.zone, zn.zone = ANY (pe.offered_zones)
  FROM person pe
  CROSS JOIN (
    SELECT DISTINCT b.zone
    FROM bin b
    JOIN place pl ON pl.id = b.place_id
    WHERE pl.warehouse_id = $2 AND b.use = 'storage'
  ) zn
  WHERE pe.id = $1
) k
ORDER BY k.n, k.code
