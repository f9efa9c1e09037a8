-- $1 limit, $2 warehouse
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    o.order_no,
    sp.code AS shop,
    sp.channel,
    CASE
      WHEN o.status IN ('cancelled', 'refunded') THEN 'cancelled'
      ELSE coalesce(
        (
          SELECT CASE s.state
            WHEN 'short' THEN 'ready'
            WHEN 'packing' THEN 'picked'
            WHEN 'handed_over' THEN 'shipped'
            ELSE s.state
          END
          FROM order_line ol
          JOIN share sh ON sh.order_line_id = ol.id
          JOIN shipment_line sl ON sl.id = sh.shipment_line_id
          JOIN shipment s ON s.id = sl.shipment_id AND s.state <> 'cancelled'
          WHERE ol.order_id = o.id
          ORDER BY array_position(
            ARRAY[
              'pending', 'short', 'ready', 'released', 'picking', 'picked', 'packing', 'packed',
              'handed_over'
            ],
            s.state
          )
          LIMIT 1
        ),
        CASE
          WHEN EXISTS (SELECT 1 FROM order_line ol WHERE ol.order_id = o.id)
            AND NOT EXISTS (
              SELECT 1
              FROM order_line ol
              WHERE ol.order_id = o.id AND ol.to_send > 0
            )
            THEN 'elsewhere'
          ELSE 'pending'
        END
      )
    END AS state,
    to_char(o.placed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS placed_at,
    to_char(o.ship_by AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS ship_by,
    (SELECT count(*) FROM order_line ol WHERE ol.order_id = o.id) AS lines,
    (
      SELECT coalesce(sum(qty), 0)::bigint
      FROM order_line ol
      WHERE ol.order_id = o.id
    ) AS units,
    o.currency,
    o.total_minor
  FROM (
    SELECT id, shop_id, order_no, status, placed_at, ship_by, currency, total_minor
    FROM orders
    WHERE $2::bigint IS NULL
      OR EXISTS (
        SELECT 1
        FROM order_line ol
        JOIN share sh ON sh.order_line_id = ol.id
        JOIN shipment_line sl ON sl.id = sh.shipment_line_id
        JOIN shipment s ON s.id = sl.shipment_id
        WHERE ol.order_id = orders.id AND s.warehouse_id = $2
      )
    ORDER BY id DESC
    LIMIT $1
  ) o
  JOIN shop sp ON sp.id = o.shop_id
  ORDER BY o.id
) x
