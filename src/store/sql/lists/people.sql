-- $1 warehouse, $2 limit
-- Who is signed on or left something: zone by zone, who has nothing in hand first.
WITH paced AS MATERIALIZED (SELECT * FROM paces($1)),
median AS (
  SELECT reason, percentile_cont(0.5) WITHIN GROUP (ORDER BY per_hour) AS per_hour
  FROM paced
  GROUP BY reason
)
SELECT
  k.id,
  k.code,
  k.name,
  k.doing AS "doing!",
  k.trip AS "trip?",
  nx.zone AS "zone?",
  unix_s(k.updated_at) AS "since!: Instant",
  pc.reason AS "kind?",
  pc.done AS "done?",
  pc.units AS "units?",
  round(pc.per_hour)::bigint AS "per_hour?",
  round(100 * pc.per_hour / nullif(md.per_hour, 0))::bigint AS "of_median?"
FROM (
  SELECT
    pe.id,
    pe.code,
    pe.name,
    ih.updated_at,
    t.id AS trip_id,
    t.trip_no AS trip,
    CASE
      WHEN NOT ih.signed_on THEN 'away'
      WHEN ih.activity IS NULL OR (ih.activity = 'pick' AND t.id IS NULL) THEN 'idle'
      ELSE ih.activity
    END AS doing
  FROM in_hand ih
  JOIN person pe ON pe.id = ih.person_id AND pe.active
  LEFT JOIN trip t ON t.person_id = pe.id AND t.state = 'claimed'
  WHERE coalesce(pe.warehouse_id, $1) = $1
) k
LEFT JOIN LATERAL (
  SELECT b.zone
  FROM stop st
  JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
  JOIN place pl ON pl.id = st.place_id
  JOIN bin b ON b.place_id = pl.bin_id
  WHERE st.trip_id = k.trip_id
  ORDER BY st.skips, b.seq, st.id
  LIMIT 1
) nx ON true
-- What they did most of.
LEFT JOIN LATERAL (
  SELECT pd.*
  FROM paced pd
  WHERE pd.person_id = k.id
  ORDER BY pd.done DESC, pd.reason
  LIMIT 1
) pc ON true
LEFT JOIN median md ON md.reason = pc.reason
ORDER BY nx.zone NULLS FIRST, k.doing <> 'idle', k.updated_at, k.id
LIMIT $2
