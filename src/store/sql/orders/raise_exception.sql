-- $1 reason, $2 subject, $3 shop, $4 detail
INSERT INTO exception (reason, subject, shop_id, detail)
VALUES ($1, $2, $3, $4)
ON CONFLICT
DO NOTHING
