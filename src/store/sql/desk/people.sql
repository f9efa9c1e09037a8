-- $1 warehouse
SELECT
  aw.person_id AS "id!",
  aw.name AS "name!",
  aw.doing AS "doing!",
  coalesce(aw.trip_no, '') AS "trip!",
  to_char(
    aw.updated_at AT TIME ZONE w.tz, 'HH24:MI'
  ) || to_char(now() - aw.updated_at, ' (FMHH24:MI)') AS "since!"
FROM at_work aw
JOIN warehouse w ON w.id = $1
WHERE coalesce(aw.warehouse_id, $1) = $1
ORDER BY array_position(ARRAY['away', 'idle'], aw.doing) DESC NULLS LAST, aw.updated_at
LIMIT 100
