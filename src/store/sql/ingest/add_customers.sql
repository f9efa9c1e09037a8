-- $1 shop, $2 rows
INSERT INTO customer (shop_id, code)
SELECT DISTINCT $1::bigint, x.customer
FROM json_to_recordset($2::json) AS x(customer text)
WHERE x.customer <> ''
ORDER BY 2
ON CONFLICT ON CONSTRAINT customer_once
DO NOTHING
