-- $1 code
UPDATE person
SET active = false, badge = NULL
WHERE code = $1 AND role <> 'system'
RETURNING id
