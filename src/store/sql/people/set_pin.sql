-- $1 person, $2 pin_hash
UPDATE person
SET pin_hash = $2
WHERE id = $1
