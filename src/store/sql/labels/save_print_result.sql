-- $1 job, $2 fencing_token, $3 state, $4 done, $5 said, $6 retry_max_s
UPDATE print_job pj
SET
  -- Of a copy something came before, whatever became of this one.
  state = CASE WHEN $3 = 'failed' AND pj.copy THEN 'unknown' ELSE $3 END,
  done_at = CASE WHEN $4 THEN now() END,
  last_error = $5,
  next_at = now() + make_interval(secs => least($6::float8, power(2, least(attempts, 10))))
WHERE id = $1 AND fencing_token = $2
