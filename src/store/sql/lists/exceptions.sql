-- $1 warehouse, $2 reason, $3 limit, $4 person
-- Those that wait for one reason, else the newest of all; the oldest of them first.
WITH chosen AS MATERIALIZED (
  (
    SELECT e.id
    FROM exception e
    WHERE $2::text IS NOT NULL
      AND e.reason = $2
      AND e.done_at IS NULL
      AND (e.warehouse_id = $1 OR e.warehouse_id IS NULL)
      AND ((SELECT NOT is_limited($4)) OR e.id IN (SELECT exceptions_of($4)))
    ORDER BY e.id
    LIMIT $3
  )
  UNION ALL (
    SELECT e.id
    FROM exception e
    WHERE $2::text IS NULL
      AND ($1::bigint IS NULL OR e.warehouse_id IS NULL OR e.warehouse_id = $1)
      AND ((SELECT NOT is_limited($4)) OR e.id IN (SELECT exceptions_of($4)))
    ORDER BY e.id DESC
    LIMIT $3
  )
)
SELECT
  e.id,
  'E' || lpad(e.id::text, 6, '0') AS "exception_no!",
  e.reason,
  e.subject,
  unix_s(e.since) AS "since!: Instant",
  CASE WHEN e.done_at IS NULL THEN 'open' ELSE 'done' END AS "state!",
  e.detail AS said,
  CASE WHEN i.id IS NOT NULL THEN item_name(i) END AS "item: Name",
  e.qty AS units
FROM chosen c
JOIN exception e ON e.id = c.id
LEFT JOIN item i ON i.id = e.item_id
ORDER BY e.id
