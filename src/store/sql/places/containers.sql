-- $1 warehouse, $2 kind, $3 limit
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    w.code AS warehouse,
    pl.code,
    coalesce(c.kind, pl.kind) AS kind,
    coalesce(carrier.code, '') AS stands_in,
    coalesce(root.code, '') AS bin,
    coalesce(s.shipment_no, t.trip_no, '') AS used_for
  FROM (
    -- Parcels are many: without being asked for they are not looked through.
    SELECT place_id AS id FROM container WHERE kind <> 'parcel'
    UNION ALL
    SELECT id FROM place WHERE kind IN ('trolley', 'slot')
    UNION ALL
    SELECT place_id FROM container WHERE kind = 'parcel' AND $2 = 'parcel'
  ) k
  JOIN place pl ON pl.id = k.id
  JOIN warehouse w ON w.id = pl.warehouse_id
  LEFT JOIN container c ON c.place_id = pl.id
  LEFT JOIN place carrier ON carrier.id = pl.parent_id
  LEFT JOIN place root ON root.id = pl.bin_id
  LEFT JOIN tote_use u ON u.container_id = pl.id AND u.freed_at IS NULL
  LEFT JOIN shipment s ON s.id = u.shipment_id
  LEFT JOIN trip t ON t.id = u.trip_id
  WHERE ($1::text IS NULL OR w.code = upper($1))
    AND coalesce(c.kind, pl.kind) = coalesce($2, coalesce(c.kind, pl.kind))
  ORDER BY w.code, kind, pl.code
  LIMIT $3
) x
