SELECT json_build_object(
  'warehouse', w.code, 'name', w.name, 'tz', w.tz, 'calendar', coalesce(cal.code, ''),
  'today', today(w.id), 'gs1_prefix', coalesce(w.gs1_prefix, ''), 'trolley_totes', w.trolley_totes
) AS "row!"
FROM warehouse w
LEFT JOIN calendar cal ON cal.id = w.calendar_id
ORDER BY w.code
