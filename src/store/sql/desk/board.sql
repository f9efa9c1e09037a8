-- $1 warehouse, $2 person
SELECT
  kind AS "kind!",
  k.of AS "of!",
  n AS "n!",
  unix_s(oldest) AS "oldest: Instant",
  unix_s(next) AS "next: Instant"
FROM (
  SELECT
    1 AS part,
    array_position(
      ARRAY[
        'pending', 'held', 'short', 'ready', 'released', 'picking', 'picked', 'packing', 'packed'
      ],
      sg.stage
    ) AS rank,
    'stage' AS kind,
    sg.stage AS of,
    count(*) AS n,
    min(sg.ordered_at) AS oldest,
    min(sg.cutoff_at) AS next
  FROM shipment_stage sg
  WHERE sg.warehouse_id = $1 AND sg.shop_id IN (SELECT shops_of($2))
  GROUP BY sg.stage
  UNION ALL
  SELECT
    2,
    1,
    'waves',
    wv.state,
    count(*),
    min(wv.released_at),
    NULL
  FROM wave wv
  WHERE wv.warehouse_id = $1
    AND wv.state = 'released'
    AND (
      (SELECT NOT is_limited($2))
      OR NOT EXISTS (
        SELECT 1
        FROM shipment s
        WHERE s.wave_id = wv.id AND s.shop_id NOT IN (SELECT shops_of($2))
      )
    )
  GROUP BY wv.state
  UNION ALL
  SELECT
    2,
    CASE t.state WHEN 'open' THEN 2 ELSE 3 END,
    'trips',
    t.state,
    count(*),
    NULL,
    min(t.due_at) FILTER (WHERE isfinite(t.due_at))
  FROM trip t
  WHERE t.warehouse_id = $1
    AND t.state IN ('open', 'claimed')
    AND (
      (SELECT NOT is_limited($2))
      OR NOT EXISTS (
        SELECT 1
        FROM trip_shipment ts
        JOIN shipment s ON s.id = ts.shipment_id
        WHERE ts.trip_id = t.id AND s.shop_id NOT IN (SELECT shops_of($2))
      )
    )
  GROUP BY t.state
  UNION ALL
  SELECT
    2,
    4,
    'holds',
    'live',
    count(*),
    min(hd.since),
    NULL
  FROM hold hd
  WHERE hd.lifted_at IS NULL AND ((SELECT NOT is_limited($2)) OR sees_hold($2, hd.id))
  HAVING count(*) > 0
  UNION ALL
  SELECT
    3,
    -count(*)::int,
    'cases',
    e.reason,
    count(*),
    min(e.since),
    NULL
  FROM exception e
  WHERE e.done_at IS NULL
    AND (e.warehouse_id = $1 OR e.warehouse_id IS NULL)
    AND ((SELECT NOT is_limited($2)) OR e.id IN (SELECT exceptions_of($2)))
  GROUP BY e.reason
) k
ORDER BY part, rank, k.of
