-- $1 warehouse
SELECT pl.code
FROM bin b
JOIN place pl ON pl.id = b.place_id
WHERE pl.warehouse_id = $1 AND b.use = 'staging'
ORDER BY b.seq, pl.code
LIMIT 1
