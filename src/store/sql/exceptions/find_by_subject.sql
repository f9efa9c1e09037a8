-- $1 warehouse, $2 subject
SELECT id
FROM exception
WHERE done_at IS NULL
  AND (warehouse_id = $1 OR warehouse_id IS NULL)
  AND upper(subject) = upper(trim($2))
ORDER BY id
LIMIT 1
