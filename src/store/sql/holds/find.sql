-- $1 subject, $2 code, $3 parent, $4 warehouse
SELECT lo.id AS "id!"
FROM lot lo
JOIN item i ON i.id = lo.item_id
WHERE $1 = 'lot' AND lo.number = upper($2) AND ($3::text IS NULL OR upper(i.sku) = upper($3))
UNION ALL
SELECT i.id
FROM owner ow
JOIN item i ON i.owner_id = ow.id AND upper(i.sku) = upper($2)
WHERE $1 = 'item'
UNION ALL
SELECT ow.id
FROM owner ow
WHERE $1 = 'owner' AND upper(ow.code) = upper($2)
UNION ALL
SELECT pl.id
FROM place pl
JOIN warehouse w ON w.id = pl.warehouse_id
WHERE pl.code = upper($2)
  AND ($4::text IS NULL OR w.code = upper($4))
  AND (($1 = 'place' AND pl.kind = 'bin') OR ($1 = 'container' AND pl.kind = 'container'))
UNION ALL
SELECT s.id
FROM shipment s
WHERE $1 = 'shipment' AND s.shipment_no = upper($2)
UNION ALL
SELECT o.id
FROM orders o
JOIN shop sp ON sp.id = o.shop_id
WHERE $1 = 'order' AND o.order_no = $2 AND ($3::text IS NULL OR sp.code = $3)
UNION ALL
SELECT cu.id
FROM customer cu
JOIN shop sp ON sp.id = cu.shop_id
WHERE $1 = 'customer' AND cu.code = $2 AND ($3::text IS NULL OR sp.code = $3)
ORDER BY 1
LIMIT 2
