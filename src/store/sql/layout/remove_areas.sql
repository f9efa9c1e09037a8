-- $1 warehouse, $2 codes
-- Those of these codes, and those in which no bin lies any more.
DELETE FROM area ar
WHERE ar.warehouse_id = $1
  AND (
    ar.code = ANY ($2)
    OR NOT EXISTS (
      SELECT 1
      FROM bin b
      JOIN place pl ON pl.id = b.place_id
      WHERE pl.warehouse_id = $1 AND b.position_mm IS NOT NULL AND b.area = ar.code
    )
  )
