-- $1 trip_no
SELECT
  pl.bin_id AS "bin!",
  pl.code AS "code!",
  pl.warehouse_id AS "warehouse!",
  b.area AS "area!",
  b.aisle AS "aisle!",
  b.position_mm,
  b.seq AS "seq!"
FROM trip t
JOIN stop st ON st.trip_id = t.id
JOIN place pl ON pl.id = st.place_id
JOIN bin b ON b.place_id = pl.bin_id
WHERE t.trip_no = $1
ORDER BY st.walk, b.seq, st.id
