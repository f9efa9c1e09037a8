SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    w.code AS warehouse,
    pl.code,
    b.zone,
    b.use AS kind,
    b.seq,
    b.level,
    CASE WHEN b.pickable THEN 1 ELSE 0 END AS pickable,
    b.max_g,
    b.max_ml
  FROM bin b
  JOIN place pl ON pl.id = b.place_id
  JOIN warehouse w ON w.id = pl.warehouse_id
  ORDER BY w.code, b.seq, pl.code
) x
