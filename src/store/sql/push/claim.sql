-- $1 kind, $2 push_lease_s
WITH due AS (
  SELECT j.id
  FROM job j
  JOIN shop sp ON sp.id = j.shop_id AND sp.pushes
  WHERE j.kind = $1 AND j.next_at <= now() AND (j.lease_until IS NULL OR j.lease_until < now())
  ORDER BY j.next_at
  FOR UPDATE OF j SKIP LOCKED
  LIMIT 1
)
UPDATE job j
SET fencing_token = j.fencing_token + 1, lease_until = now() + make_interval(secs => $2)
FROM due, account acc
WHERE j.id = due.id AND acc.id = j.shop_id
RETURNING j.id, j.fencing_token, j.errors, to_jsonb(acc) AS "shop!: Json<ShopRow>"
