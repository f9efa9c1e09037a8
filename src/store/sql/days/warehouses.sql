SELECT json_build_object(
  'warehouse', w.code, 'name', w.name, 'tz', w.tz, 'calendar', coalesce(cal.code, ''), 'today',
  today(w.id)
) AS "row!"
FROM warehouse w
LEFT JOIN calendar cal ON cal.id = w.calendar_id
ORDER BY w.code
