-- $1 ids
SELECT id
FROM exception
WHERE id = ANY ($1) AND done_at IS NULL
ORDER BY id
FOR UPDATE
