-- $1 role_id, $2 most
SELECT ARRAY[pe.code, pe.name] AS "cells!", 'person' AS kind, pe.id AS "id?"
FROM role ro
JOIN person pe ON pe.role = ro.code AND pe.active
WHERE ro.id = $1
ORDER BY pe.code
LIMIT $2
