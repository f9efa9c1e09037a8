-- $1 shop, $2 receiver
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    coalesce((r.route).code, '') AS route,
    rw.n,
    w.code AS warehouse,
    coalesce((r.route).parts, false) AS parts
  FROM shop sp
  CROSS JOIN LATERAL (SELECT route_to(sp.id, $2::json) AS route) r
  CROSS JOIN LATERAL route_warehouses((r.route).id) rw
  JOIN warehouse w ON w.id = rw.warehouse_id
  WHERE sp.code = $1
  ORDER BY rw.n
) x
