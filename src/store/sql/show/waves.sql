-- $1 limit, $2 warehouse
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    wv.wave_no,
    w.code AS warehouse,
    wv.state,
    to_char(wv.released_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS released_at,
    (SELECT count(*) FROM shipment s WHERE s.wave_id = wv.id) AS shipments,
    (
      SELECT count(*)
      FROM shipment s
      JOIN shipment_line sl ON sl.shipment_id = s.id
      WHERE s.wave_id = wv.id
    ) AS lines,
    (
      SELECT coalesce(sum(sl.qty), 0)::bigint
      FROM shipment s
      JOIN shipment_line sl ON sl.shipment_id = s.id
      WHERE s.wave_id = wv.id
    ) AS units,
    wv.short_units
  FROM (
    SELECT *
    FROM wave
    WHERE $2::text IS NULL OR warehouse_id = (SELECT id FROM warehouse WHERE code = $2)
    ORDER BY id DESC
    LIMIT $1
  ) wv
  JOIN warehouse w ON w.id = wv.warehouse_id
  ORDER BY wv.id
) x
