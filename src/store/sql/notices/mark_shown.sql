-- $1 person
UPDATE standing
SET version = version + 1
WHERE person_id = $1
RETURNING version
