-- $1 id
SELECT code, name_en, name_zh, rights
FROM role
WHERE id = $1 AND code <> 'system'
