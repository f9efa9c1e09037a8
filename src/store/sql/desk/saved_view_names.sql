-- $1 list
SELECT name
FROM saved_view
WHERE list = $1
ORDER BY name
LIMIT 30
