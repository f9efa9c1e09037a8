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
  FROM (
    SELECT *
    FROM exception
    WHERE $2::text IS NULL
      OR warehouse_id IS NULL
      OR warehouse_id = (SELECT id FROM warehouse WHERE code = $2)
    ORDER BY id DESC
    LIMIT $1
  ) e
  ORDER BY e.id
) x
