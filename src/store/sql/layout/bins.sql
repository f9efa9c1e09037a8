-- $1 warehouse
SELECT
  pl.id AS "bin!",
  pl.code AS "code!",
  b.area AS "area!",
  b.aisle AS "aisle!",
  b.position_mm,
  b.seq AS "seq!"
FROM bin b
JOIN place pl ON pl.id = b.place_id
WHERE pl.warehouse_id = $1 AND b.use = 'storage'
ORDER BY b.seq, pl.code
