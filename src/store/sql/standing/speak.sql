-- $1 person, $2 session
SELECT
  set_config('wavedeck.person', pe.code, true) AS p_set,
  set_config('wavedeck.session', $2::uuid::text, true) AS s_set
FROM person pe
WHERE pe.id = $1
