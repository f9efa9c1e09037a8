-- $1 job, $2 fencing_token, $3 wait_s, $4 last_error, $5 forget_cursor, $6 trouble
UPDATE job
SET
  lease_until = NULL,
  next_at = now() + make_interval(secs => $3),
  errors = errors + $6::int,
  last_error = CASE WHEN $6 = 1 THEN $4 ELSE last_error END,
  cursor = CASE WHEN $5 THEN '' ELSE cursor END,
  window_to = CASE WHEN $5 THEN NULL ELSE window_to END
WHERE id = $1 AND fencing_token = $2
