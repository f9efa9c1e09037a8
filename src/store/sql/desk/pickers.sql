-- $1 trip, $2 warehouse, $3 most
-- Who may take a walk, whoever is idle first; then those who cannot, and why.
SELECT
  aw.person_id AS "id!",
  aw.name AS "name!",
  aw.doing AS "doing!",
  coalesce(nx.zone, '') AS "zone!",
  coalesce(aw.trip_no, '') AS "trip!",
  k.not_theirs AS "not_theirs!"
FROM at_work aw
JOIN role ro ON ro.code = aw.role AND 'pick' = ANY (ro.rights)
CROSS JOIN LATERAL (
  SELECT next_zone(aw.trip_id) AS zone OFFSET 0
) nx
CROSS JOIN LATERAL (
  SELECT is_limited(aw.person_id) AND NOT sees(aw.person_id, 'trip', $1) AS not_theirs OFFSET 0
) k
WHERE coalesce(aw.warehouse_id, $2) = $2
ORDER BY
  aw.trip_no IS NOT NULL OR k.not_theirs,
  array_position(ARRAY['idle', 'away'], aw.doing) NULLS LAST,
  aw.name
LIMIT $3
