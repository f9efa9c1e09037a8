-- $1 id, $2 fence, $3 wait_s, $4 said, $5 unknown
UPDATE shop_token
SET
  lease_until = NULL,
  next_at = coalesce(now() + make_interval(secs => $3), 'infinity'),
  said = $4,
  errors = errors + (CASE WHEN $4 = '' THEN 0 ELSE 1 END),
  asked_at = CASE WHEN $5 THEN asked_at END
WHERE shop_id = $1 AND fence = $2
