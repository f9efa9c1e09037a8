SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    rt.code AS route,
    coalesce(sp.code, '') AS shop,
    coalesce(ow.code, '') AS owner,
    rtrim(concat_ws('/', rt.country, rt.province, rt.city, rt.postcode), '/') AS region,
    (
      SELECT coalesce(string_agg(w.code, ' ' ORDER BY rw.n), '')
      FROM route_warehouse rw
      JOIN warehouse w ON w.id = rw.warehouse_id
      WHERE rw.route_id = rt.id
    ) AS warehouses,
    rt.parts
  FROM route rt
  LEFT JOIN shop sp ON sp.id = rt.shop_id
  LEFT JOIN owner ow ON ow.id = rt.owner_id
  ORDER BY rt.code
) x
