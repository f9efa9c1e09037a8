-- $1 limit, $2 warehouse
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    s.shipment_no,
    w.code AS warehouse,
    (
      SELECT string_agg(DISTINCT o.order_no, ' ')
      FROM shipment_line sl
      JOIN share sh ON sh.shipment_line_id = sl.id
      JOIN order_line ol ON ol.id = sh.order_line_id
      JOIN orders o ON o.id = ol.order_id
      WHERE sl.shipment_id = s.id
    ) AS orders,
    s.state,
    ca.code AS carrier,
    s.priority,
    to_char(s.cutoff_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS cutoff_at,
    (SELECT count(*) FROM shipment_line sl WHERE sl.shipment_id = s.id) AS lines,
    (
      SELECT coalesce(sum(qty), 0)::bigint
      FROM shipment_line sl
      WHERE sl.shipment_id = s.id
    ) AS units,
    (
      SELECT coalesce(string_agg(sho.reason, ' ' ORDER BY sho.id), '')
      FROM shipment_hold sho
      WHERE sho.shipment_id = s.id
    ) AS hold
  FROM (
    SELECT id, warehouse_id, shipment_no, state, carrier_id, priority, cutoff_at
    FROM shipment
    WHERE $2::text IS NULL OR warehouse_id = (SELECT id FROM warehouse WHERE code = $2)
    ORDER BY id DESC
    LIMIT $1
  ) s
  JOIN warehouse w ON w.id = s.warehouse_id
  JOIN carrier ca ON ca.id = s.carrier_id
  ORDER BY s.id
) x
