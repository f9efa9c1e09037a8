-- $1 warehouse, $2 stage, $3 limit, $4 person
-- Of a stage in the order in which they go, else the newest of all, the oldest of them first; what
-- only commands show is read for these alone.
WITH chosen AS MATERIALIZED (
  SELECT k.id, k.held_for, row_number() OVER () AS n
  FROM (
    SELECT sg.id, sg.held_for
    FROM shipment_stage sg
    WHERE $2::text IS NOT NULL
      AND (sg.stage = $2 OR $2 = 'live')
      AND sg.warehouse_id = $1
      AND sg.shop_id IN (SELECT shops_of($4))
    ORDER BY sg.priority DESC, sg.cutoff_at, sg.id
    LIMIT $3
  ) k
  UNION ALL
  SELECT k.id, NULL, k.id
  FROM (
    SELECT s.id
    FROM shipment s
    WHERE $2::text IS NULL
      AND ($1::bigint IS NULL OR s.warehouse_id = $1)
      AND s.shop_id IN (SELECT shops_of($4))
    ORDER BY s.id DESC
    LIMIT $3
  ) k
)
SELECT
  s.id,
  s.shipment_no,
  w.code AS warehouse,
  k.orders AS "orders!",
  s.state AS "state: ShipmentState",
  ca.code AS carrier,
  s.priority::bigint AS "priority!",
  unix_s(s.cutoff_at) AS "cutoff_at: Instant",
  li.lines AS "lines!",
  li.units AS "units!",
  hd.reasons AS "hold!",
  s.reason,
  c.held_for
FROM chosen c
JOIN shipment s ON s.id = c.id
JOIN warehouse w ON w.id = s.warehouse_id
JOIN carrier ca ON ca.id = s.carrier_id
CROSS JOIN LATERAL (
  SELECT count(*) AS lines, coalesce(sum(sl.qty), 0)::bigint AS units
  FROM shipment_line sl
  WHERE sl.shipment_id = s.id
) li
CROSS JOIN LATERAL (
  SELECT coalesce(string_agg(DISTINCT o.order_no, ' '), '') AS orders
  FROM shipment_line sl
  JOIN share sh ON sh.shipment_line_id = sl.id
  JOIN order_line ol ON ol.id = sh.order_line_id
  JOIN orders o ON o.id = ol.order_id
  WHERE $2::text IS NULL AND sl.shipment_id = s.id
) k
CROSS JOIN LATERAL (
  SELECT coalesce(string_agg(sho.reason, ' ' ORDER BY sho.id), '') AS reasons
  FROM shipment_hold sho
  WHERE $2::text IS NULL AND sho.shipment_id = s.id
) hd
ORDER BY c.n
