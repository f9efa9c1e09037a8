SELECT json_build_object(
  'code', ro.code, 'name', ro.name_en, 'name_zh', ro.name_zh,
  'rights', array_to_string(ro.rights, ' '), 'locks_after_min', ro.locks_after_min,
  'people', (SELECT count(*) FROM person pe WHERE pe.role = ro.code AND pe.active)
) AS "row!"
FROM role ro
WHERE ro.code <> 'system'
ORDER BY ro.id
