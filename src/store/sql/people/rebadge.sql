-- $1 code, $2 badge
UPDATE person
SET badge = $2
WHERE code = $1 AND role <> 'system'
RETURNING id
