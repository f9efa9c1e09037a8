-- $1 warehouse, $2 areas
WITH said AS (
  SELECT *
  FROM jsonb_to_recordset($2::jsonb)
    AS x(code text, cross_mm jsonb, start jsonb, "end" jsonb, aisles jsonb)
), made AS (
  INSERT INTO area (
    warehouse_id, code, cross_mm, start_aisle, start_cross, end_aisle, end_cross
  )
  SELECT
    $1,
    code,
    ARRAY(SELECT mm::bigint FROM jsonb_array_elements_text(cross_mm) AS mm),
    start ->> 'aisle',
    (start ->> 'cross')::int,
    "end" ->> 'aisle',
    ("end" ->> 'cross')::int
  FROM said
  RETURNING id, code
)
INSERT INTO aisle (area_id, code, x_mm, direction)
SELECT m.id, x.code, x.x_mm, x.direction
FROM said
JOIN made m ON m.code = said.code
CROSS JOIN jsonb_to_recordset(said.aisles) AS x(code text, x_mm bigint, direction text)
