-- $1 warehouse
SELECT
  ar.code,
  ar.cross_mm,
  ar.start_aisle,
  ar.start_cross,
  ar.end_aisle,
  ar.end_cross,
  array_agg(ay.code ORDER BY ay.x_mm) AS "aisles!",
  array_agg(ay.x_mm ORDER BY ay.x_mm) AS "x_mm!",
  array_agg(ay.direction ORDER BY ay.x_mm) AS "directions!"
FROM area ar
JOIN aisle ay ON ay.area_id = ar.id
WHERE ar.warehouse_id = $1
GROUP BY ar.id
ORDER BY ar.code
