-- $1 warehouse, $2 person
SELECT count(*) AS "open!"
FROM exception
WHERE done_at IS NULL
  AND (warehouse_id = $1 OR warehouse_id IS NULL)
  AND ((SELECT NOT is_limited($2)) OR id IN (SELECT exceptions_of($2)))
