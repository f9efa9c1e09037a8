-- $1 limit, $2 warehouse
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    la.id::text AS label_no,
    pc.sscc,
    la.state,
    (
      SELECT pr.code
      FROM print_job pj
      JOIN printer pr ON pr.id = pj.printer_id
      WHERE pj.label_id = la.id
      ORDER BY pj.id DESC
      LIMIT 1
    ) AS printer,
    (
      SELECT count(*)
      FROM print_job pj
      WHERE pj.label_id = la.id AND pj.done_at IS NOT NULL
    ) AS prints,
    la.byte_count AS bytes
  FROM (
    SELECT own_la.id, own_la.parcel_id, own_la.state, own_la.byte_count
    FROM label own_la
    WHERE $2::text IS NULL
      OR EXISTS (
        SELECT 1
        FROM parcel pc
        JOIN warehouse w ON w.id = pc.warehouse_id
        WHERE pc.place_id = own_la.parcel_id AND w.code = $2
      )
    ORDER BY own_la.id DESC
    LIMIT $1
  ) la
  JOIN parcel pc ON pc.place_id = la.parcel_id
  ORDER BY la.id
) x
