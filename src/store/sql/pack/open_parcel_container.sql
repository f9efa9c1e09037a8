-- $1 warehouse, $2 sscc, $3 bench
WITH p AS (
  INSERT INTO place (warehouse_id, code, kind)
  VALUES ($1, $2, 'container')
  RETURNING id
)
INSERT INTO container (place_id, kind, stands_in)
SELECT id, 'parcel', $3
FROM p
RETURNING place_id
