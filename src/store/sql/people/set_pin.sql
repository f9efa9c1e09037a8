-- $1 person, $2 pin_hash
UPDATE person
SET pin_hash = $2, failed_pins = 0, locked_until = NULL
WHERE id = $1
