-- $1 warehouse
SELECT
  kind AS "kind!", k.of AS "of!", label AS "label!", n AS "n!", coalesce(oldest, '') AS "oldest!",
  coalesce(next, '') AS "next!"
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
    '@state-' || sg.stage AS label,
    count(*) AS n,
    to_char(min(sg.ordered_at) AT TIME ZONE w.tz, 'MM-DD HH24:MI') AS oldest,
    to_char(min(sg.cutoff_at) AT TIME ZONE w.tz, 'MM-DD HH24:MI') AS next
  FROM shipment_stage sg
  JOIN warehouse w ON w.id = sg.warehouse_id
  WHERE sg.warehouse_id = $1
  GROUP BY sg.stage, w.tz
  UNION ALL
  SELECT
    2,
    1,
    'waves',
    wv.state,
    '@waves-' || wv.state,
    count(*),
    to_char(min(wv.released_at) AT TIME ZONE w.tz, 'MM-DD HH24:MI'),
    NULL
  FROM wave wv
  JOIN warehouse w ON w.id = wv.warehouse_id
  WHERE wv.warehouse_id = $1 AND wv.state = 'released'
  GROUP BY wv.state, w.tz
  UNION ALL
  SELECT
    2,
    CASE t.state WHEN 'open' THEN 2 ELSE 3 END,
    'trips',
    t.state,
    '@trips-' || t.state,
    count(*),
    NULL,
    to_char(min(t.due_at) FILTER (WHERE isfinite(t.due_at)) AT TIME ZONE w.tz, 'MM-DD HH24:MI')
  FROM trip t
  JOIN warehouse w ON w.id = t.warehouse_id
  WHERE t.warehouse_id = $1 AND t.state IN ('open', 'claimed')
  GROUP BY t.state, w.tz
  UNION ALL
  SELECT
    2,
    4,
    'holds',
    'live',
    '@holds-live',
    count(*),
    to_char(min(hd.since) AT TIME ZONE w.tz, 'MM-DD HH24:MI'),
    NULL
  FROM hold hd
  JOIN warehouse w ON w.id = $1
  WHERE hd.lifted_at IS NULL
  GROUP BY w.tz
  UNION ALL
  SELECT
    3,
    -count(*)::int,
    'cases',
    e.reason,
    '@reason-' || e.reason,
    count(*),
    to_char(min(e.since) AT TIME ZONE w.tz, 'MM-DD HH24:MI'),
    NULL
  FROM exception e
  JOIN warehouse w ON w.id = $1
  WHERE e.done_at IS NULL AND (e.warehouse_id = $1 OR e.warehouse_id IS NULL)
  GROUP BY e.reason, w.tz
) k
ORDER BY part, rank, k.of
