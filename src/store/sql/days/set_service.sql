-- $1 carrier, $2 code, $3 name, $4 cutoff, $5 transit_days, $6 calendar
INSERT INTO carrier_service AS sv (carrier_id, code, name, cutoff, transit_days, calendar_id)
SELECT
  ca.id,
  $2,
  coalesce($3, ca.name),
  coalesce($4::text::time, '18:00'),
  coalesce($5, 2),
  (SELECT cal.id FROM calendar cal WHERE cal.code = $6)
FROM carrier ca
WHERE ca.code = $1
ON CONFLICT ON CONSTRAINT service_code_once
DO UPDATE SET
  name = coalesce($3, sv.name),
  cutoff = coalesce($4::text::time, sv.cutoff),
  transit_days = coalesce($5, sv.transit_days),
  calendar_id = CASE WHEN $6::text IS NULL THEN sv.calendar_id ELSE excluded.calendar_id END
RETURNING id
