-- $1 warehouse, $2 limit
-- Who is signed on or left something: zone by zone, who has nothing in hand first.
WITH paced AS MATERIALIZED (SELECT * FROM paces($1)),
median AS (
  SELECT reason, percentile_cont(0.5) WITHIN GROUP (ORDER BY per_hour) AS per_hour
  FROM paced
  GROUP BY reason
)
SELECT
  aw.person_id AS "id!",
  aw.code AS "code!",
  aw.name AS "name!",
  aw.doing AS "doing!",
  aw.trip_no AS trip,
  nx.zone,
  unix_s(aw.updated_at) AS "since!: Instant",
  pc.reason AS "kind?",
  pc.done AS "done?",
  pc.units AS "units?",
  round(pc.per_hour)::bigint AS "per_hour?",
  round(100 * pc.per_hour / nullif(md.per_hour, 0))::bigint AS "of_median?"
FROM at_work aw
CROSS JOIN LATERAL (SELECT next_zone(aw.trip_id) AS zone OFFSET 0) nx
-- What they did most of.
LEFT JOIN LATERAL (
  SELECT pd.*
  FROM paced pd
  WHERE pd.person_id = aw.person_id
  ORDER BY pd.done DESC, pd.reason
  LIMIT 1
) pc ON true
LEFT JOIN median md ON md.reason = pc.reason
WHERE coalesce(aw.warehouse_id, $1) = $1
ORDER BY nx.zone NULLS FIRST, aw.doing <> 'idle', aw.updated_at, aw.person_id
LIMIT $2
