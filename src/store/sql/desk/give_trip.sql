-- $1 trip, $2 to
UPDATE trip
SET person_id = $2, state = CASE WHEN $2::bigint IS NULL THEN 'open' ELSE 'claimed' END
WHERE id = $1
