-- $1 warehouse, $2 areas, $3 aisles, $4 bins
-- Placed bins of these areas, of none of these aisles, other than these.
SELECT pl.code AS "code!"
FROM bin b
JOIN place pl ON pl.id = b.place_id
WHERE pl.warehouse_id = $1
  AND b.position_mm IS NOT NULL
  AND b.area = ANY ($2)
  AND b.area || '/' || b.aisle <> ALL ($3)
  AND b.place_id <> ALL ($4)
ORDER BY b.seq, pl.code
LIMIT 100
