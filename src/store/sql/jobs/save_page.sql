-- $1 job, $2 fencing_token, $3 cursor, $4 window_to, $5 ended, $6 pull_lag_s, $7 pull_lease_s, $8
-- pull_every_s, $9 orders
UPDATE job
SET
  cursor = $3,
  window_to = CASE WHEN $5 THEN NULL ELSE $4::text::timestamptz END,
  high_water_mark = CASE
    WHEN $5 THEN greatest(high_water_mark, $4::text::timestamptz - make_interval(secs => $6))
    ELSE high_water_mark
  END,
  lease_until = CASE WHEN $5 THEN NULL ELSE now() + make_interval(secs => $7) END,
  next_at = CASE
    WHEN $5
      THEN now() + make_interval(
        secs => CASE WHEN woken_at >= claimed_at THEN 0 ELSE $8::float8 END
      )
    ELSE next_at
  END,
  last_success_at = now(),
  orders_pulled = orders_pulled + $9,
  errors = 0,
  last_error = ''
WHERE id = $1 AND fencing_token = $2
