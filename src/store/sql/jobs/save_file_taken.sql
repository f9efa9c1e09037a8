-- $1 shop, $2 digest
INSERT INTO file_taken (shop_id, digest)
VALUES ($1, $2)
ON CONFLICT
DO NOTHING
