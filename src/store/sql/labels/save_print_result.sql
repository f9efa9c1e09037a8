-- $1 job, $2 fencing_token, $3 failure, $4 retry_max_s
UPDATE print_job
SET
  printed_at = CASE WHEN $3::text IS NULL THEN now() END,
  last_error = coalesce($3, ''),
  next_at = now() + make_interval(secs => least($4::float8, power(2, least(attempts, 10))))
WHERE id = $1 AND fencing_token = $2
