-- $1 code, $2 weekdays, $3 days
WITH made AS (
  INSERT INTO calendar (code, weekdays)
  VALUES ($1, coalesce($2::int[], '{1,2,3,4,5,6,7}'))
  ON CONFLICT ON CONSTRAINT calendar_code_once
  DO UPDATE SET weekdays = coalesce($2::int[], calendar.weekdays)
  RETURNING id
)
INSERT INTO calendar_day (calendar_id, day, open, until)
SELECT m.id, x.day, x.open, x.until
FROM made m
CROSS JOIN jsonb_to_recordset($3) AS x(day date, open boolean, until time)
ON CONFLICT (calendar_id, day)
DO UPDATE SET open = excluded.open, until = excluded.until
