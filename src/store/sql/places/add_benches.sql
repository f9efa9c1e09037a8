-- $1 warehouse
INSERT INTO bench (place_id)
SELECT b.place_id
FROM bin b
JOIN place pl ON pl.id = b.place_id
WHERE b.use = 'bench' AND pl.warehouse_id = $1
ON CONFLICT
DO NOTHING
