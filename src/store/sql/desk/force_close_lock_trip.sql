-- $1 trip
SELECT person_id, trip_no
FROM trip
WHERE id = $1 AND state = 'claimed'
FOR UPDATE
