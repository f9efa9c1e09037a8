-- $1 id, $2 limit
SELECT
  extract(epoch FROM t.at)::bigint AS "at!: Instant",
  t.what AS "what!",
  t.said AS "said!",
  t.who AS "who!"
FROM timeline($1) t
ORDER BY t.at DESC
LIMIT $2
