-- $1 order
UPDATE orders o
SET unbooked = true
FROM shop sp
WHERE o.id = $1 AND sp.id = o.shop_id AND sp.counter_id IS NOT NULL
