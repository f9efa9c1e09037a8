-- $1 trip, $2 from, $3 to
INSERT INTO notice (person_id, text)
SELECT
  $3,
  json_build_object(
    'key', 'notice-trip-given',
    'args', json_build_object(
      'trip', json_build_object('plain', t.trip_no), 'who', json_build_object('plain', pe.name)
    )
  )
FROM trip t, person pe
WHERE t.id = $1 AND pe.id = $2
