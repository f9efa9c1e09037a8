-- $1 warehouse, $2 code, $3 staging
WITH p AS (
  INSERT INTO place (warehouse_id, code, kind, parent_id)
  SELECT $1, $2, 'container', pl.id
  FROM place pl
  WHERE pl.warehouse_id = $1
    AND pl.code = $3
    AND NOT EXISTS (SELECT 1 FROM place same_pl WHERE same_pl.code = $2)
  ON CONFLICT DO NOTHING
  RETURNING id
)
INSERT INTO container (place_id, kind)
SELECT p.id, 'tote'
FROM p
