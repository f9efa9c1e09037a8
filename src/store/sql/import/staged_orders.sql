-- $1 file, $2 shop, $3 after, $4 limit
WITH next AS (
  SELECT order_no, min(row) AS first_row
  FROM import_line
  WHERE file = $1
  GROUP BY order_no
  HAVING min(row) > $3
  ORDER BY 2
  LIMIT $4
)
SELECT
  n.order_no AS "order_no!",
  n.first_row AS "first_row!",
  (
    SELECT jsonb_agg(il.data ORDER BY il.row)
    FROM import_line il
    WHERE il.file = $1 AND il.order_no = n.order_no
  ) AS "lines!",
  (
    SELECT jsonb_agg(
      jsonb_build_object(
        'line_no', ol.line_no, 'sku', ol.sku, 'title', ol.title, 'qty', ol.qty, 'unit_price_minor',
        ol.unit_price_minor
      )
    )
    FROM order_line ol
    WHERE ol.order_id = o.id AND NOT ol.cancelled
  ) AS known,
  to_char(
    coalesce(o.placed_at, now()) AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
  ) AS "placed_at!"
FROM next n
LEFT JOIN orders o ON o.shop_id = $2 AND o.order_no = n.order_no
ORDER BY n.first_row
