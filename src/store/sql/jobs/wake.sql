-- $1 shop, $2 word
INSERT INTO hook (shop_id, word)
VALUES ($1, $2)
ON CONFLICT
DO NOTHING
