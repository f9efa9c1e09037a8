-- $1 kept_days
SELECT sea.id
FROM audit_seal sea
WHERE sea.dropped_at IS NULL
  AND sea.at < now() - make_interval(days => $1)
ORDER BY sea.upto_id
LIMIT 1
