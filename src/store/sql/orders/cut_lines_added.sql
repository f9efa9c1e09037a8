-- $1 order
SELECT EXISTS (
  SELECT 1
  FROM order_line ol
  WHERE ol.order_id = $1 AND not_taken_on(ol) > 0
) AS "added!"
