-- $1 orders
INSERT INTO exception (reason, subject, order_id, shop_id)
SELECT 'no_carrier', o.order_no, o.id, o.shop_id
FROM orders o
JOIN shop sp ON sp.id = o.shop_id
WHERE o.id = ANY ($1)
  AND sp.carrier_id IS NULL
  AND NOT EXISTS (SELECT 1 FROM carrier ca WHERE ca.code = o.carrier)
  AND (SELECT count(*) FROM carrier) <> 1
  AND EXISTS (
    SELECT 1
    FROM order_line ol
    WHERE ol.order_id = o.id AND not_taken_on(ol) > 0
  )
ON CONFLICT
DO NOTHING
