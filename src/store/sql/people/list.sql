SELECT json_build_object(
  'code', code, 'name', name, 'role', role, 'lang', lang, 'badge', badge, 'active', active
) AS "row!"
FROM person
WHERE role <> 'system'
ORDER BY code
