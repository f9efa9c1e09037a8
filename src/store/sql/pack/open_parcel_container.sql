-- $1 warehouse, $2 sscc, $3 bench
WITH p AS (
  INSERT INTO place (warehouse_id, code, kind, parent_id)
  VALUES ($1, $2, 'container', $3)
  RETURNING id
)
INSERT INTO container (place_id, kind)
SELECT id, 'parcel'
FROM p
RETURNING place_id
