-- $1 shop, $2 what, $3 n
INSERT INTO shop_minute (shop_id, minute, what, n)
VALUES ($1, date_trunc('minute', now()), $2, $3)
ON CONFLICT (shop_id, minute, what)
DO UPDATE SET n = shop_minute.n + excluded.n
