-- The deck: all that a supervisor sees of a warehouse at a glance, in one reading. However many
-- look, it is worked out once in two seconds; what the last hours did once in fifteen.

-- The ledger grows by time, so its last hours are its last blocks.
CREATE INDEX movement_by_time ON movement USING brin (at)
  WITH (pages_per_range = 16, autosummarize = on);

-- What was worked out last. Nothing is lost with it.
CREATE UNLOGGED TABLE deck_snapshot (
  warehouse_id bigint PRIMARY KEY REFERENCES warehouse,
  at           timestamptz NOT NULL DEFAULT '-infinity',
  deck         jsonb NOT NULL DEFAULT '{}',
  past_at      timestamptz NOT NULL DEFAULT '-infinity',
  past         jsonb NOT NULL DEFAULT '{}'
) WITH (fillfactor = 20);

-- What each person picked or packed in the last hour: lines, or parcels; and how much that is an
-- hour, from their first to their last of these, of ten minutes at least.
CREATE FUNCTION paces(p_warehouse bigint)
RETURNS TABLE (person_id bigint, reason text, done bigint, units bigint, per_hour float8)
LANGUAGE sql STABLE AS $$
  SELECT
    k.person_id,
    k.reason,
    k.done,
    k.units,
    k.done * 3600 / greatest(extract(epoch FROM k.last - k.first), 600)
  FROM (
    SELECT
      m.person_id,
      m.reason,
      CASE m.reason WHEN 'pick' THEN count(*) ELSE count(DISTINCT m.to_place) END AS done,
      sum(m.qty)::bigint AS units,
      min(m.at) AS first,
      max(m.at) AS last
    FROM movement m
    WHERE m.at > now() - interval '1 hour'
      AND m.warehouse_id = p_warehouse
      AND m.reason IN ('pick', 'pack')
      AND NOT EXISTS (SELECT 1 FROM movement undone WHERE undone.reverses = m.id)
    GROUP BY m.person_id, m.reason
  ) k
$$;

-- The last two hours, in eight parts of fifteen minutes, the latest first: lines picked, shipments
-- packed and parcels handed over; shipments packed by carrier and cut-off; lines picked by zone in
-- the last of them; how much a person does an hour, in the middle of those who do it, and lines a
-- shipment. A shipment is packed when its first parcel got its label. `p_person`: of what
-- they work for, where lines and parcels are others' too; null: all.
CREATE FUNCTION deck_past(p_warehouse bigint, p_person bigint) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  WITH moved AS MATERIALIZED (
    SELECT
      m.reason,
      m.from_place,
      floor(extract(epoch FROM now() - m.at) / 900)::int AS part
    FROM movement m
    WHERE m.at > now() - interval '2 hours'
      AND m.warehouse_id = p_warehouse
      AND m.reason IN ('pick', 'hand_over')
      AND NOT EXISTS (SELECT 1 FROM movement undone WHERE undone.reverses = m.id)
      AND (p_person IS NULL OR NOT is_limited(p_person))
  ), packed AS MATERIALIZED (
    SELECT
      ca.code AS carrier,
      s.cutoff_at,
      floor(extract(epoch FROM now() - min(la.got_at)) / 900)::int AS part
    FROM label la
    JOIN parcel q ON q.place_id = la.parcel_id
    JOIN shipment s ON s.id = q.shipment_id
    JOIN carrier ca ON ca.id = s.carrier_id
    WHERE la.got_at > now() - interval '2 hours'
      AND la.bytes IS NOT NULL
      AND la.state <> 'void'
      AND q.warehouse_id = p_warehouse
      AND isfinite(s.cutoff_at)
      AND (p_person IS NULL OR s.shop_id IN (SELECT shops_of(p_person)))
    GROUP BY s.id, ca.code, s.cutoff_at
  ), part AS (SELECT generate_series(0, 7) AS n)
  SELECT jsonb_build_object(
    'picked', (
      SELECT jsonb_agg(
        (SELECT count(*) FROM moved m WHERE m.reason = 'pick' AND m.part = pt.n) ORDER BY pt.n
      )
      FROM part pt
    ),
    'packed', (
      SELECT jsonb_agg((SELECT count(*) FROM packed k WHERE k.part = pt.n) ORDER BY pt.n)
      FROM part pt
    ),
    'handed_over', (
      SELECT jsonb_agg(
        (
          SELECT count(DISTINCT m.from_place)
          FROM moved m
          WHERE m.reason = 'hand_over' AND m.part = pt.n
        )
        ORDER BY pt.n
      )
      FROM part pt
    ),
    'by_cutoff', (
      SELECT coalesce(jsonb_object_agg(c.carrier || ' ' || unix_s(c.cutoff_at), c.parts), '{}')
      FROM (
        SELECT g.carrier, g.cutoff_at, jsonb_agg(g.n ORDER BY pt.n) AS parts
        FROM part pt
        CROSS JOIN LATERAL (
          SELECT k.carrier, k.cutoff_at, count(*) FILTER (WHERE k.part = pt.n) AS n
          FROM packed k
          GROUP BY k.carrier, k.cutoff_at
        ) g
        GROUP BY g.carrier, g.cutoff_at
      ) c
    ),
    'by_zone', (
      SELECT coalesce(jsonb_object_agg(z.zone, z.n), '{}')
      FROM (
        SELECT b.zone, count(*) AS n
        FROM moved m
        JOIN place pl ON pl.id = m.from_place
        JOIN bin b ON b.place_id = pl.bin_id
        WHERE m.reason = 'pick' AND m.part = 0
        GROUP BY b.zone
      ) z
    ),
    'pace', (
      SELECT jsonb_build_object(
        'picked', percentile_cont(0.5) WITHIN GROUP (ORDER BY pc.per_hour)
          FILTER (WHERE pc.reason = 'pick'),
        'packed', percentile_cont(0.5) WITHIN GROUP (ORDER BY pc.per_hour)
          FILTER (WHERE pc.reason = 'pack'),
        -- Of so many that are still to be picked.
        'lines', (
          SELECT count(*)::float8 / nullif(count(DISTINCT sl.shipment_id), 0)
          FROM (
            SELECT s.id
            FROM shipment s
            WHERE s.warehouse_id = p_warehouse AND s.state IN ('ready', 'released', 'picking')
            LIMIT 2000
          ) few
          JOIN shipment_line sl ON sl.shipment_id = few.id
        )
      )
      FROM paces(p_warehouse) pc
    )
  )
$$;

-- What stands now. `p_person`: of what they work for alone; null: all.
CREATE FUNCTION deck_now(p_warehouse bigint, p_person bigint) RETURNS jsonb
LANGUAGE plpgsql STABLE AS $$
DECLARE
  all_shops boolean := p_person IS NULL OR NOT is_limited(p_person);
  midnight timestamptz;
  cutoffs jsonb;
  waves jsonb;
  zones jsonb;
  numbers jsonb;
BEGIN
  SELECT today(p_warehouse)::timestamp AT TIME ZONE w.tz
  INTO midnight
  FROM warehouse w
  WHERE w.id = p_warehouse;
  -- What is late since days ago is one row a carrier, and so is all that is far away: the last one.
  -- What no truck is known for is in the numbers alone.
  SELECT coalesce(jsonb_agg(to_jsonb(far) - 'n' ORDER BY far.n), '[]')
  INTO cutoffs
  FROM (
    SELECT
      least(c.n, 40) AS n,
      CASE WHEN count(*) = 1 THEN min(c.carrier) ELSE '' END AS carrier,
      min(c.at) AS at,
      min(c.at) < max(c.last) AS several,
      sum(c.total)::bigint AS total,
      sum(c.waiting)::bigint AS waiting,
      sum(c.ready)::bigint AS ready,
      sum(c.picking)::bigint AS picking,
      sum(c.packing)::bigint AS packing,
      sum(c.packed)::bigint AS packed,
      sum(c.out)::bigint AS out
    FROM (
      SELECT
        row_number() OVER (ORDER BY min(k.cutoff_at), ca.code) AS n,
        ca.code AS carrier,
        unix_s(min(k.cutoff_at)) AS at,
        unix_s(max(k.cutoff_at)) AS last,
        count(*) AS total,
        count(*) FILTER (WHERE k.state IN ('pending', 'short', 'held')) AS waiting,
        count(*) FILTER (WHERE k.state = 'ready') AS ready,
        count(*) FILTER (WHERE k.state IN ('released', 'picking')) AS picking,
        count(*) FILTER (WHERE k.state IN ('picked', 'packing')) AS packing,
        count(*) FILTER (WHERE k.state = 'packed') AS packed,
        count(*) FILTER (WHERE k.state = 'handed_over') AS out
      FROM (
        SELECT sg.carrier_id, sg.cutoff_at, sg.stage AS state, sg.shop_id
        FROM shipment_stage sg
        WHERE sg.warehouse_id = p_warehouse
        UNION ALL
        SELECT s.carrier_id, s.cutoff_at, s.state, s.shop_id
        FROM shipment s
        WHERE s.warehouse_id = p_warehouse AND s.state = 'handed_over' AND s.cutoff_at >= midnight
      ) k
      JOIN carrier ca ON ca.id = k.carrier_id
      WHERE isfinite(k.cutoff_at) AND (all_shops OR k.shop_id IN (SELECT shops_of(p_person)))
      GROUP BY ca.code, greatest(k.cutoff_at, midnight - interval '1 day')
    ) c
    GROUP BY least(c.n, 40)
  ) far;
  -- Lines that are still to be picked, by wave and by zone.
  WITH live AS MATERIALIZED (
    SELECT t.wave_id, b.zone, count(*) AS lines, count(DISTINCT st.id) AS stops
    FROM trip t
    JOIN stop st ON st.trip_id = t.id
    JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
    JOIN place pl ON pl.id = st.place_id
    JOIN bin b ON b.place_id = pl.bin_id
    WHERE t.warehouse_id = p_warehouse AND t.state IN ('open', 'claimed')
    GROUP BY t.wave_id, b.zone
  ), there AS MATERIALIZED (
    SELECT next_zone(t.id) AS zone, count(*) AS people
    FROM trip t
    WHERE t.warehouse_id = p_warehouse
      AND t.state = 'claimed'
      -- Who brings totes to staging is in no zone.
      AND next_zone(t.id) IS NOT NULL
    GROUP BY 1
  )
  SELECT
    (
      SELECT coalesce(jsonb_agg(to_jsonb(k) ORDER BY k.id), '[]')
      FROM (
        SELECT
          wv.id,
          wv.wave_no AS no,
          wv.short_units AS short,
          (
            SELECT count(*)
            FROM trip t
            JOIN stop st ON st.trip_id = t.id
            WHERE t.wave_id = wv.id AND t.state <> 'cancelled'
          ) AS stops,
          coalesce((SELECT sum(lv.stops) FROM live lv WHERE lv.wave_id = wv.id), 0)::bigint AS left
        FROM wave wv
        WHERE wv.warehouse_id = p_warehouse
          AND wv.state = 'released'
          AND (
            all_shops
            OR NOT EXISTS (
              SELECT 1
              FROM shipment s
              WHERE s.wave_id = wv.id AND s.shop_id NOT IN (SELECT shops_of(p_person))
            )
          )
      ) k
    ),
    (
      SELECT coalesce(jsonb_agg(to_jsonb(k) ORDER BY k.zone), '[]')
      FROM (
        SELECT zn.zone, sum(zn.lines)::bigint AS lines, sum(zn.people)::bigint AS people
        FROM (
          SELECT lv.zone, lv.lines, 0 AS people FROM live lv
          UNION ALL
          SELECT th.zone, 0, th.people FROM there th
        ) zn
        GROUP BY zn.zone
      ) k
    )
  INTO waves, zones;
  -- Of each list how many, since when the oldest waits, and the nearest cut-off.
  SELECT coalesce(jsonb_agg(to_jsonb(k) - 'rank' ORDER BY k.rank, k.of), '[]')
  INTO numbers
  FROM (
    SELECT
      array_position(
        ARRAY[
          'pending', 'held', 'short', 'ready', 'released', 'picking', 'picked', 'packing', 'packed'
        ],
        sg.stage
      ) AS rank,
      'stage' AS kind,
      sg.stage AS of,
      count(*) AS n,
      unix_s(min(sg.ordered_at)) AS oldest,
      unix_s(min(sg.cutoff_at)) AS next
    FROM shipment_stage sg
    WHERE sg.warehouse_id = p_warehouse
      AND (all_shops OR sg.shop_id IN (SELECT shops_of(p_person)))
    GROUP BY sg.stage
    UNION ALL
    SELECT
      CASE t.state WHEN 'open' THEN 20 ELSE 21 END,
      'trips',
      t.state,
      count(*),
      NULL,
      unix_s(min(t.due_at))
    FROM trip t
    WHERE t.warehouse_id = p_warehouse
      AND t.state IN ('open', 'claimed')
      AND (
        all_shops
        OR NOT EXISTS (
          SELECT 1
          FROM trip_shipment ts
          JOIN shipment s ON s.id = ts.shipment_id
          WHERE ts.trip_id = t.id AND s.shop_id NOT IN (SELECT shops_of(p_person))
        )
      )
    GROUP BY t.state
    UNION ALL
    SELECT 22, 'holds', 'live', count(*), unix_s(min(hd.since)), NULL
    FROM hold hd
    WHERE hd.lifted_at IS NULL AND (all_shops OR sees_hold(p_person, hd.id))
    HAVING count(*) > 0
    UNION ALL
    SELECT 1000 - count(*)::int, 'cases', e.reason, count(*), unix_s(min(e.since)), NULL
    FROM exception e
    WHERE e.done_at IS NULL
      AND (e.warehouse_id = p_warehouse OR e.warehouse_id IS NULL)
      AND (all_shops OR e.id IN (SELECT exceptions_of(p_person)))
    GROUP BY e.reason
  ) k;
  RETURN jsonb_build_object(
    'numbers', numbers,
    'alerts', CASE WHEN all_shops THEN alerts_on(p_warehouse) ELSE '[]' END,
    'now', unix_s(site_now()),
    -- Whose people these are is not said to who works for some shops only.
    'pickers', (
      SELECT count(*)
      FROM trip t
      WHERE t.warehouse_id = p_warehouse AND t.state = 'claimed'
      HAVING all_shops
    ),
    'packers', (
      SELECT count(*)
      FROM at_work aw
      WHERE aw.doing = 'pack' AND coalesce(aw.warehouse_id, p_warehouse) = p_warehouse
      HAVING all_shops
    ),
    'cutoffs', cutoffs,
    'waves', waves,
    'zones', CASE WHEN all_shops THEN zones ELSE '[]' END,
    'health', (
      SELECT coalesce(jsonb_agg(to_jsonb(k) ORDER BY k.said IS NULL, k.kind, k.code), '[]')
      FROM (
        SELECT 'printer' AS kind, pr.code, NULL::bigint AS id, pr.trouble AS said, NULL AS behind
        FROM printer pr
        UNION ALL
        SELECT
          'shop',
          hl.code,
          hl.id,
          coalesce(hl.last_error, CASE WHEN hl.lag_s > 900 THEN '' END),
          CASE WHEN hl.lag_s > 900 THEN to_char(make_interval(secs => hl.lag_s), 'FMHH24:MI') END
        FROM shop_health hl
        WHERE hl.id IN (SELECT shops_of(p_person))
        UNION ALL
        -- What was noted and nobody has sealed for an hour: no background task has the key.
        SELECT 'audit', '', NULL, '', to_char(now() - max(k.at), 'FMHH24:MI')
        FROM (
          SELECT au.at
          FROM audit au
          WHERE au.id > coalesce((SELECT max(sea.upto_id) FROM audit_seal sea), 0)
          ORDER BY au.id
          LIMIT 1
        ) k
        HAVING max(k.at) < now() - interval '1 hour'
      ) k
    )
  );
END $$;

-- The deck of a warehouse as it was worked out last, or anew if that is too long ago. Who finds
-- somebody else at it takes what was known a moment ago.
CREATE FUNCTION deck(p_warehouse bigint) RETURNS jsonb LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  seen deck_snapshot;
BEGIN
  SELECT * INTO seen FROM deck_snapshot WHERE warehouse_id = p_warehouse;
  IF NOT seen.at BETWEEN clock_timestamp() - interval '2 seconds' AND clock_timestamp()
    OR seen.at IS NULL
  THEN
    INSERT INTO deck_snapshot (warehouse_id) VALUES (p_warehouse) ON CONFLICT DO NOTHING;
    PERFORM 1 FROM deck_snapshot WHERE warehouse_id = p_warehouse FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
      IF seen.at BETWEEN clock_timestamp() - interval '10 seconds' AND clock_timestamp() THEN
        RETURN seen.deck || jsonb_build_object('past', seen.past);
      END IF;
      RETURN deck_now(p_warehouse, NULL)
        || jsonb_build_object('past', deck_past(p_warehouse, NULL));
    END IF;
    SELECT * INTO seen FROM deck_snapshot WHERE warehouse_id = p_warehouse;
    IF seen.past_at NOT BETWEEN clock_timestamp() - interval '15 seconds' AND clock_timestamp()
    THEN
      seen.past := deck_past(p_warehouse, NULL);
      seen.past_at := clock_timestamp();
    END IF;
    UPDATE deck_snapshot
    SET
      deck = deck_now(p_warehouse, NULL),
      at = clock_timestamp(),
      past = seen.past,
      past_at = seen.past_at
    WHERE warehouse_id = p_warehouse
    RETURNING * INTO seen;
  END IF;
  RETURN seen.deck || jsonb_build_object('past', seen.past);
END $$;
