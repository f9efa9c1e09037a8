-- $1 code
SELECT pe.badge AS "badge!", ro.code AS role, ro.name_en, ro.name_zh, ro.rights
FROM person pe
JOIN role ro ON ro.code = pe.role
WHERE pe.code = $1 AND pe.badge IS NOT NULL AND pe.role <> 'system'
