-- $1 list
SELECT id
FROM hand_over
WHERE id = $1 AND closed_at IS NULL
FOR SHARE
