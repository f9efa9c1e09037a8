-- $1 token_lease_s
WITH due AS (
  SELECT shop_id
  FROM shop_token
  WHERE next_at <= now() AND (lease_until IS NULL OR lease_until < now())
  ORDER BY next_at
  FOR UPDATE SKIP LOCKED
  LIMIT 1
)
UPDATE shop_token tok
SET
  fencing_token = tok.fencing_token + 1,
  lease_until = now() + make_interval(secs => $1),
  asked_at = now()
FROM due, account acc
WHERE tok.shop_id = due.shop_id AND acc.id = tok.shop_id
RETURNING tok.fencing_token, tok.errors, to_jsonb(acc) AS "shop!: Json<ShopRow>"
