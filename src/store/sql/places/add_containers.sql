-- $1 warehouse, $2 rows
WITH x AS (
  SELECT *
  FROM jsonb_to_recordset($2) AS x(code text, kind text, stands_in text)
), p AS (
  INSERT INTO place (warehouse_id, code, kind)
  SELECT $1, code, 'container'
  FROM x
  RETURNING id, code
)
INSERT INTO container (place_id, kind, stands_in)
SELECT p.id, x.kind, pl.id
FROM x
JOIN p USING (code)
JOIN place pl ON pl.warehouse_id = $1 AND pl.code = x.stands_in
