-- $1 role_id, $2 most
SELECT pe.id, pe.code, pe.name
FROM role ro
JOIN person pe ON pe.role = ro.code AND pe.active
WHERE ro.id = $1
ORDER BY pe.code
LIMIT $2
