-- $1 limit, $2 warehouse
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    'E' || lpad(e.id::text, 6, '0') AS exception_no,
    e.reason,
    e.subject,
    to_char(e.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
    CASE WHEN e.done_at IS NULL THEN 'open' ELSE 'done' END AS state,
    e.detail AS said
  FROM exception e
  LEFT JOIN warehouse w ON w.id = e.warehouse_id
  WHERE $2::text IS NULL OR w.code = $2 OR w.id IS NULL
  ORDER BY e.id
  LIMIT $1
) x
