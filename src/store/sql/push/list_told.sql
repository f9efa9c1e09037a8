-- $1 shop
SELECT code, reference, coalesce(sent, 0) AS "qty!", sent
FROM listing
WHERE shop_id = $1 AND sent IS NOT NULL
ORDER BY code
