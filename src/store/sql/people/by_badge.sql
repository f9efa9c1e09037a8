-- $1 badge
SELECT
  id,
  code,
  name,
  role,
  lang,
  pin_hash,
  active,
  ceil(extract(epoch FROM locked_until - now()))::bigint AS locked_s
FROM person
WHERE badge = $1 AND role <> 'system'
FOR UPDATE
