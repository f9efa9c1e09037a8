-- $1 bins, $2 areas, $3 aisles, $4 positions, $5 sides, $6 levels
UPDATE bin b
SET
  area = u.area,
  aisle = u.aisle,
  position_mm = u.position_mm,
  side = u.side,
  level = coalesce(u.level, b.level)
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::int[])
  AS u(bin_id, area, aisle, position_mm, side, level)
WHERE b.place_id = u.bin_id
