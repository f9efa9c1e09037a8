-- $1 warehouse, $2 rows
WITH x AS (
  SELECT *
  FROM jsonb_to_recordset($2) AS x(
    code text, use text, zone text, seq int, level int, promisable boolean, pickable boolean
  )
), p AS (
  INSERT INTO place (warehouse_id, code, kind)
  SELECT $1, code, 'bin'
  FROM x
  RETURNING id, code
)
INSERT INTO bin (place_id, use, zone, seq, level, promisable, pickable)
SELECT p.id, x.use, x.zone, x.seq, x.level, x.promisable, x.pickable
FROM x
JOIN p USING (code)
