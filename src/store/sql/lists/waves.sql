-- $1 warehouse, $2 state, $3 limit, $4 person
-- Those in a state, the newest first, else the newest of all, the oldest of them first.
WITH chosen AS MATERIALIZED (
  (
    SELECT wv.id, -wv.id AS n
    FROM wave wv
    WHERE $2::text IS NOT NULL AND wv.state = $2 AND wv.warehouse_id = $1
      AND (
        (SELECT NOT is_limited($4))
        OR NOT EXISTS (
          SELECT 1
          FROM shipment s
          WHERE s.wave_id = wv.id AND s.shop_id NOT IN (SELECT shops_of($4))
        )
      )
    ORDER BY wv.id DESC
    LIMIT $3
  )
  UNION ALL (
    SELECT wv.id, wv.id
    FROM wave wv
    WHERE $2::text IS NULL AND ($1::bigint IS NULL OR wv.warehouse_id = $1)
      AND (
        (SELECT NOT is_limited($4))
        OR NOT EXISTS (
          SELECT 1
          FROM shipment s
          WHERE s.wave_id = wv.id AND s.shop_id NOT IN (SELECT shops_of($4))
        )
      )
    ORDER BY wv.id DESC
    LIMIT $3
  )
)
SELECT
  wv.id,
  wv.wave_no,
  w.code AS warehouse,
  wv.state AS "state: WaveState",
  unix_s(wv.released_at) AS "released_at: Instant",
  s.shipments AS "shipments!",
  li.lines AS "lines!",
  li.units AS "units!",
  wv.short_units,
  t.trips AS "trips!"
FROM chosen c
JOIN wave wv ON wv.id = c.id
JOIN warehouse w ON w.id = wv.warehouse_id
CROSS JOIN LATERAL (
  SELECT count(*) AS shipments
  FROM shipment s
  WHERE s.wave_id = wv.id
) s
CROSS JOIN LATERAL (
  SELECT count(*) AS lines, coalesce(sum(sl.qty), 0)::bigint AS units
  FROM shipment s
  JOIN shipment_line sl ON sl.shipment_id = s.id
  WHERE s.wave_id = wv.id
) li
CROSS JOIN LATERAL (
  SELECT count(*) AS trips
  FROM trip t
  WHERE t.wave_id = wv.id AND t.state IN ('open', 'claimed')
) t
ORDER BY c.n
