-- $1 wave
SELECT DISTINCT
  b.place_id AS "bin!",
  pl.code AS "code!",
  b.area AS "area!",
  b.aisle AS "aisle!",
  b.position_mm,
  b.seq AS "seq!"
FROM wave_plan wp
JOIN place pl ON pl.id = wp.place_id
JOIN bin b ON b.place_id = pl.bin_id
WHERE wp.wave_id = $1
