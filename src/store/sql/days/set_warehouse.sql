-- $1 code, $2 name, $3 tz, $4 calendar, $5 gs1_prefix, $6 trolley_totes, $7 trolley_max_g,
-- $8 trolley_max_ml, $9 walks
UPDATE warehouse
SET
  name = coalesce($2, name),
  tz = coalesce($3, tz),
  calendar_id = CASE
    WHEN $4::text IS NULL THEN calendar_id
    ELSE (SELECT cal.id FROM calendar cal WHERE cal.code = $4)
  END,
  gs1_prefix = coalesce($5, gs1_prefix),
  trolley_totes = coalesce($6, trolley_totes),
  trolley_max_g = coalesce($7, trolley_max_g),
  trolley_max_ml = coalesce($8, trolley_max_ml),
  walks = coalesce($9, walks)
WHERE code = $1
