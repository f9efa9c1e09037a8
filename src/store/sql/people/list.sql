SELECT json_build_object(
  'code', pe.code, 'name', pe.name, 'role', pe.role, 'lang', pe.lang, 'badge', pe.badge,
  'active', pe.active, 'work', array_to_string(pe.offered_work, ' '),
  'zones', array_to_string(pe.offered_zones, ' '), 'warehouses', (
    SELECT coalesce(string_agg(w.code, ' ' ORDER BY w.code), '')
    FROM person_warehouse pw
    JOIN warehouse w ON w.id = pw.warehouse_id
    WHERE pw.person_id = pe.id
  )
) AS "row!"
FROM person pe
WHERE pe.role <> 'system'
ORDER BY pe.code
