-- $1 orders
INSERT INTO exception (reason, subject, order_id, shop_id)
SELECT 'no_carrier', o.order_no, o.id, o.shop_id
FROM orders o
WHERE o.id = ANY ($1)
  AND NOT EXISTS (SELECT 1 FROM carrier)
  AND EXISTS (
    SELECT 1
    FROM order_line ol
    WHERE ol.order_id = o.id AND not_taken_on(ol) > 0
  )
ON CONFLICT
DO NOTHING
