-- $1 shop, $2 limit
SELECT m.code AS "code!", m.reference AS "reference!", m.qty AS "qty!", li.sent
FROM stock_to_publish($1) m
JOIN listing li ON li.shop_id = $1 AND li.code = m.code
WHERE li.sent IS DISTINCT FROM m.qty AND li.refused IS DISTINCT FROM m.qty
ORDER BY m.qty > 0, m.code
LIMIT $2
