-- $1 shop, $2 token_trusted_s
UPDATE shop_token
SET next_at = now()
WHERE shop_id = $1
  AND next_at > now()
  AND errors = 0
  AND (since IS NULL OR since < now() - make_interval(secs => $2))
