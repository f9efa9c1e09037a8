-- $1 person, $2 right, $3 tries, $4 lock_s
UPDATE person
SET
  locked_until = CASE
    WHEN NOT $2 AND failed_pins + 1 >= $3 THEN now() + make_interval(secs => $4)
  END,
  failed_pins = CASE WHEN $2 OR failed_pins + 1 >= $3 THEN 0 ELSE failed_pins + 1 END
WHERE id = $1
