-- $1 warehouse, $2 rows
WITH x AS (
  SELECT *
  FROM jsonb_to_recordset($2) AS x(code text, kind text, stands_in text)
), p AS (
  INSERT INTO place (warehouse_id, code, kind, parent_id)
  SELECT $1, x.code, 'container', pl.id
  FROM x
  JOIN place pl ON pl.warehouse_id = $1 AND pl.code = x.stands_in
  RETURNING id, code
)
INSERT INTO container (place_id, kind)
SELECT p.id, x.kind
FROM x
JOIN p USING (code)
