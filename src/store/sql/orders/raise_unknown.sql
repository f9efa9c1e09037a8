-- $1 orders
INSERT INTO exception (reason, subject, order_id, shop_id, detail)
SELECT 'unknown_item', o.order_no, o.id, o.shop_id, string_agg(ol.sku, ', ' ORDER BY ol.id)
FROM orders o
JOIN order_line ol ON ol.order_id = o.id
WHERE o.id = ANY ($1) AND ol.to_send > 0 AND ol.item_id IS NULL
GROUP BY o.id
ON CONFLICT
DO NOTHING
