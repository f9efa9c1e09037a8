-- $1 job, $2 fencing_token, $3 wait_s, $4 last_error
UPDATE job
SET
  lease_until = NULL,
  next_at = now() + make_interval(secs => $3),
  last_error = $4,
  errors = CASE WHEN $4 = '' THEN 0 ELSE errors + 1 END
WHERE id = $1 AND fencing_token = $2
