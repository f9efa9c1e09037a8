SELECT shop_id
FROM shop_token
ORDER BY shop_id
FOR UPDATE
