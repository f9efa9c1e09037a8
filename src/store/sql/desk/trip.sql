-- $1 id
SELECT
  t.trip_no,
  t.state AS "state: TripState",
  t.kind AS "kind: TripKind",
  wv.wave_no,
  t.walk_mm,
  coalesce(pe.name, '') AS "who!"
FROM trip t
JOIN wave wv ON wv.id = t.wave_id
LEFT JOIN person pe ON pe.id = t.person_id
WHERE t.id = $1
