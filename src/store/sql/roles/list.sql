SELECT json_build_object(
  'code', ro.code, 'name', ro.name_en, 'name_zh', ro.name_zh,
  'rights', array_to_string(ro.rights, ' '), 'locks_after_min', ro.locks_after_min,
  'owners', (
    SELECT string_agg(ow.code, ' ' ORDER BY ow.code)
    FROM role_owner rlo
    JOIN owner ow ON ow.id = rlo.owner_id
    WHERE rlo.role_id = ro.id
  ),
  'shops', (
    SELECT string_agg(sp.code, ' ' ORDER BY sp.code)
    FROM role_shop rls
    JOIN shop sp ON sp.id = rls.shop_id
    WHERE rls.role_id = ro.id
  ),
  'people', (SELECT count(*) FROM person pe WHERE pe.role = ro.code AND pe.active)
) AS "row!"
FROM role ro
WHERE ro.code <> 'system'
ORDER BY ro.id
