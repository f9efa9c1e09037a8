-- $1 id, $2 fencing_token, $3 wait_s, $4 last_error, $5 unknown
UPDATE shop_token
SET
  lease_until = NULL,
  next_at = coalesce(now() + make_interval(secs => $3), 'infinity'),
  last_error = $4,
  errors = errors + (CASE WHEN $4 = '' THEN 0 ELSE 1 END),
  asked_at = CASE WHEN $5 THEN asked_at END
WHERE shop_id = $1 AND fencing_token = $2
