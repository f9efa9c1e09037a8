-- $1 id
SELECT
  pe.code,
  pe.name,
  pe.active,
  pe.offered_work,
  pe.offered_zones,
  (
    SELECT sum(pt.failed)
    FROM pin_try pt
    WHERE pt.person_id = pe.id AND pt.failed_at > now() - interval '1 hour'
  ) AS wrong_pins,
  ro.id AS role_id,
  ro.name_en,
  ro.name_zh,
  coalesce(t.trip_no, '') AS "trip!",
  t.id AS "trip_id?",
  coalesce(sd.terminal, '') AS "terminal!"
FROM person pe
JOIN role ro ON ro.code = pe.role
LEFT JOIN trip t ON t.person_id = pe.id AND t.state = 'claimed'
LEFT JOIN standing sd ON sd.person_id = pe.id
WHERE pe.id = $1
