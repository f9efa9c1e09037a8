SELECT json_build_object(
  'warehouse', w.code, 'name', w.name, 'tz', w.tz, 'calendar', coalesce(cal.code, ''),
  'today', today(w.id), 'gs1_prefix', coalesce(w.gs1_prefix, ''), 'trolley_totes', w.trolley_totes,
  'trolley_max_g', w.trolley_max_g, 'trolley_max_ml', w.trolley_max_ml,
  'walks', w.walks
) AS "row!"
FROM warehouse w
LEFT JOIN calendar cal ON cal.id = w.calendar_id
ORDER BY w.code
