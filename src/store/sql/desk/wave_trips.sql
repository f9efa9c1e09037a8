-- $1 id, $2 limit
SELECT
  t.id,
  t.trip_no,
  t.state AS "state: TripState",
  t.kind AS "kind: TripKind",
  pe.name AS "who?",
  (SELECT count(*) FROM stop st WHERE st.trip_id = t.id) AS "stops!"
FROM trip t
LEFT JOIN person pe ON pe.id = t.person_id
WHERE t.wave_id = $1
ORDER BY t.id
LIMIT $2
