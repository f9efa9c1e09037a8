-- $1 list
SELECT id
FROM handover
WHERE id = $1 AND closed_at IS NULL
FOR UPDATE
