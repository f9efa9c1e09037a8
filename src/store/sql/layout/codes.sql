-- $1 warehouse, $2 zone
SELECT pl.id, pl.code
FROM bin b
JOIN place pl ON pl.id = b.place_id
WHERE pl.warehouse_id = $1 AND b.use = 'storage' AND $2 IN ('', b.zone)
ORDER BY b.seq, pl.code
