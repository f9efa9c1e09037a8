-- $1 id, $2 step, $3 bench_id, $4 version, $5 command, $6 feedback, $7 reply
WITH s AS (
  UPDATE standing
  SET step = $2, bench_id = $3, version = $4, updated_at = now()
  WHERE person_id = $1
  RETURNING person_id
)
INSERT INTO command (id, person_id, feedback, reply)
SELECT $5, person_id, $6, $7
FROM s
