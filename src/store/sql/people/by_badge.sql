-- $1 badge
SELECT
  pe.id,
  pe.code,
  pe.name,
  pe.lang,
  ro.code AS role,
  ro.name_en,
  ro.name_zh,
  ro.rights,
  pe.pin_hash,
  pe.active,
  ceil(extract(epoch FROM pe.locked_until - now()))::bigint AS locked_s
FROM person pe
JOIN role ro ON ro.code = pe.role
WHERE pe.badge = $1 AND pe.role <> 'system'
FOR UPDATE OF pe
