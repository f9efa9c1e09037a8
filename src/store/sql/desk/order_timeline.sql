-- $1 id, $2 limit
SELECT
  ARRAY[
    to_char(t.at AT TIME ZONE site_tz(), 'MM-DD HH24:MI'),
    '@event-' || t.what,
    CASE
      WHEN t.what IN ('pulled', 'changed') THEN '@order-' || t.said
      WHEN t.what = 'case' THEN '@reason-' || split_part(t.said, ':', 1)
      ELSE t.said
    END,
    t.who
  ] AS "cells!",
  NULL::text AS kind,
  NULL::bigint AS id
FROM timeline($1) t
ORDER BY t.at DESC
LIMIT $2
