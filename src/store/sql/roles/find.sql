-- $1 code
SELECT code, name_en, name_zh, rights
FROM role
WHERE code = $1 AND code <> 'system'
FOR UPDATE
