-- $1 limit, $2 warehouse
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    t.trip_no,
    wv.wave_no,
    t.state,
    pe.code AS person,
    (SELECT count(*) FROM stop st WHERE st.trip_id = t.id) AS stops,
    (
      SELECT count(*)
      FROM stop st
      WHERE st.trip_id = t.id
        AND NOT EXISTS (
          SELECT 1
          FROM reservation r
          WHERE r.stop_id = st.id AND r.ended_at IS NULL
        )
    ) AS stops_done,
    (
      SELECT coalesce(sum(sl.qty), 0)::bigint
      FROM trip_shipment ts
      JOIN shipment_line sl ON sl.shipment_id = ts.shipment_id
      WHERE ts.trip_id = t.id
    ) AS units
  FROM (
    SELECT *
    FROM trip
    WHERE $2::text IS NULL OR warehouse_id = (SELECT id FROM warehouse WHERE code = $2)
    ORDER BY id DESC
    LIMIT $1
  ) t
  JOIN wave wv ON wv.id = t.wave_id
  JOIN warehouse w ON w.id = t.warehouse_id
  LEFT JOIN person pe ON pe.id = t.person_id
  ORDER BY t.id
) x
