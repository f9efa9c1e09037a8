-- $1 trip
SELECT person_id, trip_no, state AS "state: TripState"
FROM trip
WHERE id = $1 AND state IN ('open', 'claimed')
FOR UPDATE
