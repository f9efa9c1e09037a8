-- $1 shop, $2 rows, $3 changed
UPDATE order_line ol
SET cancelled = true
FROM orders o
JOIN json_to_recordset($2::json) AS p(order_no text, lines json) ON p.order_no = o.order_no
WHERE o.shop_id = $1
  AND o.id = ANY ($3)
  AND ol.order_id = o.id
  AND NOT ol.cancelled
  AND ol.line_no NOT IN (SELECT x.line_no FROM json_to_recordset(p.lines) AS x(line_no text))
