-- $1 id
INSERT INTO job (kind, shop_id)
SELECT 'pull', id
FROM shop
WHERE id = $1 AND channel <> 'file'
