-- $1 limit
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    au.id::text AS id,
    to_char(au.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at,
    au.person,
    au.action,
    au.subject,
    au.before,
    au.after
  FROM audit au
  ORDER BY au.id DESC
  LIMIT $1
) x
