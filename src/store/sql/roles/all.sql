SELECT code, name_en, name_zh, rights
FROM role
WHERE code <> 'system'
ORDER BY id
