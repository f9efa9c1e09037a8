-- $1 warehouse
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    w.code AS warehouse,
    pl.code,
    carrier.code AS parent,
    CASE
      WHEN b.use = 'storage' AND b.pickable THEN 'pick'
      WHEN b.use = 'storage' THEN 'reserve'
      ELSE b.use
    END AS roles,
    NULL AS kind,
    b.zone,
    b.area,
    b.aisle,
    b.position_mm,
    b.side,
    b.seq,
    b.level,
    CASE WHEN b.pickable THEN 1 WHEN b.place_id IS NOT NULL THEN 0 END AS pickable,
    b.max_g,
    b.max_ml,
    b.max_units
  FROM place pl
  JOIN warehouse w ON w.id = pl.warehouse_id
  LEFT JOIN bin b ON b.place_id = pl.id
  LEFT JOIN place carrier ON carrier.id = pl.parent_id
  WHERE pl.kind IN ('bin', 'slot') AND ($1::bigint IS NULL OR w.id = $1)
  ORDER BY w.code, pl.kind, b.seq, pl.code
) x
