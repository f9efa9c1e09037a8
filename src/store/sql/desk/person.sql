-- $1 id
SELECT
  pe.code, pe.name, pe.role, pe.active, coalesce(t.trip_no, '') AS "trip!", t.id AS "trip_id?",
  coalesce(sd.terminal, '') AS "terminal!"
FROM person pe
LEFT JOIN trip t ON t.person_id = pe.id AND t.state = 'claimed'
LEFT JOIN standing sd ON sd.person_id = pe.id
WHERE pe.id = $1
