-- $1 orders
WITH want AS MATERIALIZED (
  -- As `not_taken_on` has it, for many at once.
  SELECT ol.id, ol.order_id, ol.item_id, ol.to_send - coalesce(t.qty, 0) AS qty
  FROM order_line ol
  LEFT JOIN (
    SELECT sh.order_line_id, sum(sh.qty)::bigint AS qty
    FROM order_line x
    JOIN share sh ON sh.order_line_id = x.id
    JOIN shipment_line sl ON sl.id = sh.shipment_line_id
    JOIN shipment s ON s.id = sl.shipment_id AND (s.state <> 'cancelled' OR s.reason = 'given_up')
    WHERE x.order_id = ANY ($1)
    GROUP BY 1
  ) t ON t.order_line_id = ol.id
  WHERE ol.order_id = ANY ($1) AND ol.to_send > coalesce(t.qty, 0)
), whole AS MATERIALIZED (
  SELECT k.*, next_number('S', 'shipment_number', 7) AS no
  FROM (
    SELECT
      o.id, o.shop_id, o.placed_at, o.ship_by, o.receiver, w.warehouse_id,
      ca.id AS carrier_id, sv.id AS service_id,
      coalesce(cu.priority, 0) AS priority, o.customer_id, coalesce((r.route).code, '') AS route
    FROM orders o
    JOIN shop sp ON sp.id = o.shop_id
    CROSS JOIN LATERAL (SELECT route_to(o.shop_id, o.receiver) AS route) r
    -- Where it cannot be had it goes on to the next when it is promised.
    JOIN LATERAL route_warehouses((r.route).id) w ON w.n = 1
    JOIN carrier ca
      ON ca.id = coalesce(
        (SELECT id FROM carrier WHERE code = o.carrier),
        sp.carrier_id,
        (SELECT min(id) FROM carrier HAVING count(*) = 1)
      )
    LEFT JOIN customer cu ON cu.id = o.customer_id
    JOIN carrier_service sv ON sv.carrier_id = ca.id AND sv.standard
    WHERE o.id = ANY ($1)
      AND o.id IN (SELECT order_id FROM want)
      AND o.id NOT IN (SELECT order_id FROM want WHERE item_id IS NULL)
    ORDER BY o.id
  ) k
), ship AS (
  INSERT INTO shipment (
    warehouse_id, shipment_no, shop_id, carrier_id, service_id, transit_days, priority, cutoff_at,
    ordered_at, customer_id, receiver, route
  )
  SELECT
    warehouse_id,
    no,
    shop_id,
    carrier_id,
    service_id,
    transit_days_to(service_id, receiver),
    priority,
    least(ship_by, next_cutoff(warehouse_id, service_id)),
    placed_at,
    customer_id,
    receiver,
    route
  FROM whole
  ORDER BY id
  RETURNING id, shipment_no
), goods AS MATERIALIZED (
  SELECT s.id AS shipment_id, ol.id AS order_line_id, i.owner_id, i.id AS item_id, ol.qty
  FROM whole k
  JOIN ship s ON s.shipment_no = k.no
  JOIN want ol ON ol.order_id = k.id
  JOIN item i ON i.id = ol.item_id
), line AS (
  INSERT INTO shipment_line (shipment_id, owner_id, item_id, qty)
  SELECT shipment_id, owner_id, item_id, sum(qty)
  FROM goods
  GROUP BY 1, 2, 3
  ORDER BY 1, 3
  RETURNING id, shipment_id, item_id
)
INSERT INTO share (order_line_id, shipment_line_id, qty)
SELECT g.order_line_id, l.id, g.qty
FROM goods g
JOIN line l ON l.shipment_id = g.shipment_id AND l.item_id = g.item_id
