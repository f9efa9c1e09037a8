-- $1 limit, $2 warehouse
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    o.order_no,
    ol.line_no,
    ol.sku,
    i.sku AS item,
    ol.qty,
    coalesce(
      (
        SELECT sum(p.qty)::bigint
        FROM share sh
        JOIN promise p
          ON p.shipment_line_id = sh.shipment_line_id
            AND p.order_line_id = sh.order_line_id
            AND p.ended_at IS NULL
        WHERE sh.order_line_id = ol.id
      ),
      0
    ) AS promised,
    coalesce(
      (
        SELECT sum(p.shipped)::bigint
        FROM share sh
        JOIN promise p
          ON p.shipment_line_id = sh.shipment_line_id
            AND p.order_line_id = sh.order_line_id
        WHERE sh.order_line_id = ol.id
      ),
      0
    ) AS shipped,
    CASE
      WHEN ol.cancelled OR o.status IN ('cancelled', 'refunded') THEN ol.qty
      ELSE 0
    END AS cancelled
  FROM (
    SELECT *
    FROM order_line
    WHERE $2::bigint IS NULL
      OR EXISTS (
        SELECT 1
        FROM share sh
        JOIN shipment_line sl ON sl.id = sh.shipment_line_id
        JOIN shipment s ON s.id = sl.shipment_id
        WHERE sh.order_line_id = order_line.id AND s.warehouse_id = $2
      )
    ORDER BY id DESC
    LIMIT $1
  ) ol
  JOIN orders o ON o.id = ol.order_id
  LEFT JOIN item i ON i.id = ol.item_id
  ORDER BY ol.id
) x
