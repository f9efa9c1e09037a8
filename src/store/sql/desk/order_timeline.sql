-- $1 id, $2 limit
SELECT
  unix_s(t.at) AS "at!: Instant",
  t.what AS "what!",
  t.said AS "said!",
  t.who AS "who!"
FROM timeline($1) t
ORDER BY t.at DESC
LIMIT $2
