-- $1 warehouse, $2 after, $3 person
SELECT id
FROM exception
WHERE done_at IS NULL
  AND (warehouse_id = $1 OR warehouse_id IS NULL)
  AND ((SELECT NOT is_limited($3)) OR id IN (SELECT exceptions_of($3)))
ORDER BY (id > coalesce($2::bigint, 0)) DESC, id
LIMIT 1
