-- $1 id, $2 fencing_token, $3 sealed, $4 lives_s, $5 tokens
UPDATE shop_token
SET
  sealed = $3,
  since = now(),
  ends_at = now() + make_interval(secs => $4),
  next_at = coalesce(now() + make_interval(secs => $4 * 0.8), 'infinity'),
  lease_until = NULL,
  asked_at = NULL,
  errors = 0,
  last_error = '',
  fencing_token = fencing_token + 1
  -- Whoever took over while these could not be kept still asks with what they replace.
WHERE shop_id = $1 AND (fencing_token = $2 OR sealed = $5)
