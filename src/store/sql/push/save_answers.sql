-- $1 job, $2 fencing_token, $3 push_lease_s
UPDATE job
SET
  lease_until = now() + make_interval(secs => $3),
  last_success_at = now(),
  errors = 0,
  last_error = ''
WHERE id = $1 AND fencing_token = $2
