-- $1 code, $2 name, $3 tz, $4 calendar
UPDATE warehouse
SET
  name = coalesce($2, name),
  tz = coalesce($3, tz),
  calendar_id = CASE
    WHEN $4::text IS NULL THEN calendar_id
    ELSE (SELECT cal.id FROM calendar cal WHERE cal.code = $4)
  END
WHERE code = $1
