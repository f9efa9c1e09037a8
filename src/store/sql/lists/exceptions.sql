-- $1 warehouse, $2 reason, $3 limit, $4 person
-- Those that wait, for one reason or for any, else the newest of all; the oldest of them first.
WITH chosen AS MATERIALIZED (
  (
    SELECT e.id
    FROM exception e
    WHERE $2::text IS NOT NULL
      AND (e.reason = $2 OR $2 = 'all')
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
), looked_at AS MATERIALIZED (
  SELECT ih.exception_id, min(pe.name) AS name
  FROM in_hand ih
  JOIN person pe ON pe.id = ih.person_id
  WHERE ih.signed_on AND ih.exception_id IS NOT NULL
  GROUP BY 1
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
  e.qty AS units,
  unix_s(s.cutoff_at) AS "cutoff_at: Instant",
  k.worth,
  k.currency,
  la.name AS "looked_at_by?"
FROM chosen c
JOIN exception e ON e.id = c.id
LEFT JOIN item i ON i.id = e.item_id
LEFT JOIN shipment s ON s.id = e.shipment_id
LEFT JOIN looked_at la ON la.exception_id = e.id
-- What the orders come to that wait for it, where they are in one currency.
LEFT JOIN LATERAL (
  SELECT sum(o.total_minor)::bigint AS worth, min(o.currency) AS currency
  FROM orders o
  WHERE o.id = e.order_id
    OR o.id IN (
      SELECT ol.order_id
      FROM shipment_line sl
      JOIN share sh ON sh.shipment_line_id = sl.id
      JOIN order_line ol ON ol.id = sh.order_line_id
      WHERE sl.shipment_id = e.shipment_id
    )
  HAVING count(DISTINCT o.currency) = 1
) k ON true
ORDER BY e.id
