-- $1 warehouse
SELECT b.place_id
FROM bin b
JOIN place pl ON pl.id = b.place_id
WHERE b.use = 'staging' AND pl.warehouse_id = $1
ORDER BY b.seq
LIMIT 1
