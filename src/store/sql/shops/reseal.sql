-- $1 shop, $2 tokens, $3 others
INSERT INTO shop_token (shop_id, sealed)
SELECT $1, $2
WHERE $2 <> ''
ON CONFLICT (shop_id)
DO UPDATE SET
  sealed = excluded.sealed,
  fencing_token = shop_token.fencing_token + $3::int,
  lease_until = CASE WHEN $3 = 0 THEN shop_token.lease_until END,
  next_at = CASE WHEN $3 = 0 THEN shop_token.next_at ELSE now() END,
  errors = CASE WHEN $3 = 0 THEN shop_token.errors ELSE 0 END
