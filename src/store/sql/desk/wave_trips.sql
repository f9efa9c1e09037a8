-- $1 id, $2 limit
SELECT
  ARRAY[
    t.trip_no,
    '@state-' || t.state,
    '@trip-' || t.kind,
    coalesce(pe.name, ''),
    (SELECT count(*) FROM stop st WHERE st.trip_id = t.id)::text
  ] AS "cells!",
  'trip' AS kind,
  t.id AS "id?"
FROM trip t
LEFT JOIN person pe ON pe.id = t.person_id
WHERE t.wave_id = $1
ORDER BY t.id
LIMIT $2
