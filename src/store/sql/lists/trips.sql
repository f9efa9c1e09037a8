-- $1 warehouse, $2 state, $3 limit, $4 person
-- Those in a state in the order in which they go, else the newest of all, the oldest of them first.
WITH chosen AS MATERIALIZED (
  SELECT k.id, row_number() OVER () AS n
  FROM (
    SELECT t.id
    FROM trip t
    WHERE $2::text IS NOT NULL
      AND (t.state = $2 OR $2 = 'live' AND t.state IN ('open', 'claimed'))
      AND t.warehouse_id = $1
      AND (
        (SELECT NOT is_limited($4))
        OR NOT EXISTS (
          SELECT 1
          FROM trip_shipment ts
          JOIN shipment s ON s.id = ts.shipment_id
          WHERE ts.trip_id = t.id AND s.shop_id NOT IN (SELECT shops_of($4))
        )
      )
    ORDER BY t.priority DESC, t.due_at, t.id
    LIMIT $3
  ) k
  UNION ALL
  SELECT k.id, k.id
  FROM (
    SELECT t.id
    FROM trip t
    WHERE $2::text IS NULL
      AND ($1::bigint IS NULL OR t.warehouse_id = $1)
      AND (
        (SELECT NOT is_limited($4))
        OR NOT EXISTS (
          SELECT 1
          FROM trip_shipment ts
          JOIN shipment s ON s.id = ts.shipment_id
          WHERE ts.trip_id = t.id AND s.shop_id NOT IN (SELECT shops_of($4))
        )
      )
    ORDER BY t.id DESC
    LIMIT $3
  ) k
)
SELECT
  t.id,
  t.trip_no,
  wv.wave_no,
  t.state AS "state: TripState",
  pe.code AS "person?",
  k.zones AS "zones!",
  k.stops AS "stops!",
  k.stops_done AS "stops_done!",
  u.units AS "units!",
  t.kind AS "kind: TripKind",
  pe.name AS "person_name?",
  unix_s(t.due_at) AS "due_at: Instant"
FROM chosen c
JOIN trip t ON t.id = c.id
JOIN wave wv ON wv.id = t.wave_id
LEFT JOIN person pe ON pe.id = t.person_id
CROSS JOIN LATERAL (
  SELECT
    count(*) AS stops,
    count(*) FILTER (WHERE NOT live.is) AS stops_done,
    coalesce(string_agg(DISTINCT b.zone, ' ' ORDER BY b.zone) FILTER (WHERE live.is), '') AS zones
  FROM stop st
  JOIN place pl ON pl.id = st.place_id
  LEFT JOIN bin b ON b.place_id = pl.bin_id
  CROSS JOIN LATERAL (
    SELECT EXISTS (
      SELECT 1
      FROM reservation r
      WHERE r.stop_id = st.id AND r.ended_at IS NULL
    ) AS is
    OFFSET 0
  ) live
  WHERE st.trip_id = t.id
) k
CROSS JOIN LATERAL (
  SELECT coalesce(sum(sl.qty), 0)::bigint AS units
  FROM trip_shipment ts
  JOIN shipment_line sl ON sl.shipment_id = ts.shipment_id
  WHERE ts.trip_id = t.id
) u
ORDER BY c.n
