-- $1 warehouse, $2 subject, $3 person
SELECT id
FROM exception
WHERE done_at IS NULL
  AND (warehouse_id = $1 OR warehouse_id IS NULL)
  AND upper(subject) = upper(trim($2))
  AND ((SELECT NOT is_limited($3)) OR id IN (SELECT exceptions_of($3)))
ORDER BY id
LIMIT 1
