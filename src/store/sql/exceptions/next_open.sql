-- $1 warehouse, $2 after
SELECT id
FROM exception
WHERE done_at IS NULL AND (warehouse_id = $1 OR warehouse_id IS NULL)
ORDER BY (id > coalesce($2::bigint, 0)) DESC, id
LIMIT 1
