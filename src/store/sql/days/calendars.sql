SELECT json_build_object(
  'calendar', cal.code,
  'weekdays', array_to_string(cal.weekdays, ','),
  'days', coalesce(
    (
      SELECT string_agg(
        dy.day || CASE
          WHEN NOT dy.open THEN ' closed'
          WHEN dy.until IS NULL THEN ' open'
          ELSE to_char(dy.until, ' HH24:MI')
        END,
        ', '
        ORDER BY dy.day
      )
      FROM calendar_day dy
      WHERE dy.calendar_id = cal.id
    ),
    ''
  )
) AS "row!"
FROM calendar cal
ORDER BY cal.code
