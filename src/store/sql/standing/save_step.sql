-- $1 person, $2 step, $3 bench
UPDATE standing
SET step = $2, bench_id = $3, version = version + 1, updated_at = now()
WHERE person_id = $1
RETURNING version
