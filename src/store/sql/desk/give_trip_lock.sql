-- $1 trip
SELECT person_id, trip_no, state
FROM trip
WHERE id = $1 AND state IN ('open', 'claimed')
FOR UPDATE
