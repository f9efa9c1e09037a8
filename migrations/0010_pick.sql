-- The hot gesture in one call: a pick, and what the picker sees next. Each of these functions runs
-- thousands of times with single rows in hand, where planning anew costs more than the work: their
-- plans are made once a connection.

CREATE INDEX bin_not_storage ON bin (use) WHERE use <> 'storage';

-- What lies around reserved goods, as far as it decides which scans settle the source: told for a
-- whole walk, so each is looked up no further than its answer. `alone`: nothing else lies there.
CREATE FUNCTION stop_facts(p_warehouse bigint, p_reservations bigint[])
RETURNS TABLE (reservation_id bigint, facts jsonb)
LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  RETURN QUERY
    SELECT
      r.id,
      jsonb_build_object(
        'several_lots', EXISTS (
          SELECT 1
          FROM stock sk
          WHERE sk.warehouse_id = p_warehouse
            AND sk.place_id = r.place_id
            AND sk.item_id = r.item_id
            AND sk.lot_id <> r.lot_id
            AND sk.on_hand > 0
            AND sk.status = 'good'
        ),
        'other_items', EXISTS (
          SELECT 1
          FROM stock sk
          WHERE sk.warehouse_id = p_warehouse
            AND sk.place_id = r.place_id
            AND sk.item_id <> r.item_id
            AND sk.on_hand > 0
        ),
        'alone', NOT EXISTS (
          SELECT 1
          FROM stock sk
          WHERE sk.warehouse_id = p_warehouse
            AND sk.place_id = r.place_id
            AND (sk.item_id <> r.item_id OR sk.lot_id <> r.lot_id)
            AND sk.on_hand > 0
        ),
        'elsewhere', EXISTS (
          SELECT 1
          FROM stock sk
          JOIN place gp ON gp.id = sk.place_id
          JOIN bin gb ON gb.place_id = gp.bin_id
          WHERE sk.warehouse_id = p_warehouse
            AND sk.owner_id = r.owner_id
            AND sk.item_id = r.item_id
            AND sk.place_id <> r.place_id
            AND NOT sk.on_its_way
            AND sk.status = 'good'
            AND sk.on_hand > 0
            AND gb.zone = b.zone
        ),
        'too_old', lo.last_good_day < needed_day(n),
        'held', lo.holds + i.holds + ow.holds + pl.holds + coalesce(carrier.holds, 0)
          + root.holds > 0
      )
    FROM reservation r
    JOIN promise p ON p.id = r.promise_id
    JOIN need n ON n.id = p.need_id
    JOIN item i ON i.id = r.item_id
    JOIN lot lo ON lo.id = r.lot_id
    JOIN owner ow ON ow.id = r.owner_id
    JOIN place pl ON pl.id = r.place_id
    LEFT JOIN place carrier ON carrier.id = pl.parent_id
    JOIN bin b ON b.place_id = pl.bin_id
    JOIN place root ON root.id = pl.bin_id
    WHERE r.id = ANY (p_reservations);
END $$;

-- The lots of the item that lie where reserved goods do: which one a scan may name, and which could
-- go instead.
CREATE FUNCTION lots_here(p_warehouse bigint, p_reservation bigint) RETURNS jsonb
LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    jsonb_agg(
      jsonb_build_object(
        'id', lo.id,
        'number', lo.number,
        'last_good', lo.last_good_day,
        'sellable', lo.holds + around.holds = 0
          AND lo.last_good_day >= around.today_here
          AND b.promisable
          AND pl.stores,
        'good_enough', lo.last_good_day >= around.needed,
        'on_hand', sk.on_hand,
        'free', sk.on_hand - sk.reserved
      )
      ORDER BY lo.last_good_day, lo.id
    ),
    '[]'
  )
  FROM reservation r
  JOIN promise p ON p.id = r.promise_id
  JOIN need n ON n.id = p.need_id
  JOIN item i ON i.id = r.item_id
  JOIN owner ow ON ow.id = r.owner_id
  JOIN place pl ON pl.id = r.place_id
  LEFT JOIN place carrier ON carrier.id = pl.parent_id
  JOIN bin b ON b.place_id = pl.bin_id
  JOIN place root ON root.id = pl.bin_id
    -- Once for all lots, however many lie there.
  CROSS JOIN LATERAL (
    SELECT
      i.holds + ow.holds + pl.holds + coalesce(carrier.holds, 0) + root.holds AS holds,
      today(p_warehouse) AS today_here,
      needed_day(n) AS needed
    OFFSET 0
  ) around
  JOIN stock sk
    ON sk.warehouse_id = p_warehouse
      AND sk.place_id = r.place_id
      AND sk.item_id = r.item_id
      AND sk.on_hand > 0
      AND sk.status = 'good'
  JOIN lot lo ON lo.id = sk.lot_id
  WHERE r.id = p_reservation
$$;

-- One free tote, as an example of what would be taken.
CREATE FUNCTION free_tote(p_warehouse bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT pl.code
  FROM container c
  JOIN place pl ON pl.id = c.place_id
  WHERE pl.warehouse_id = p_warehouse
    AND c.kind = 'tote'
    AND pl.holds = 0
    AND NOT EXISTS (
      SELECT 1
      FROM tote_use u
      WHERE u.container_id = c.place_id AND u.freed_at IS NULL
    )
  LIMIT 1
$$;

-- What is true of a picker's walk now, with the names that the screen's snapshot has. `in_hand` is
-- the reservation that the person has begun with: it stays first until it is done or skipped. A
-- free tote is looked for where one is asked. `ahead` reservations more are told, so that the next
-- picks need not ask and the screen says where the walk goes; of a walk in total so many stops.
CREATE FUNCTION pick_now(p_warehouse bigint, p_person bigint, p_in_hand bigint,
  p_any_tote boolean, p_ahead int)
RETURNS jsonb LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  t record;
  stops jsonb;
  spare text;
BEGIN
  SELECT id, trip_no, kind <> 'orders' AS batch, clock_at(due_at, warehouse_id) AS due,
    minutes_to(due_at) AS due_min
  INTO t
  FROM trip
  WHERE person_id = p_person AND state = 'claimed';
  IF t.id IS NULL THEN RETURN jsonb_build_object('me', p_person); END IF;
  -- The order first, with as little as it needs; the details then of these few.
  WITH walk AS MATERIALIZED (
    SELECT
      st.id,
      st.place_id,
      st.item_id,
      st.lot_id,
      r.id AS reservation_id,
      r.promise_id,
      r.qty,
      row_number() OVER (
        ORDER BY (r.id = p_in_hand) DESC, st.skips, st.walk, b.seq, st.id, r.promise_id, r.id
      ) AS n
    FROM stop st
    JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
    JOIN place pl ON pl.id = st.place_id
    JOIN bin b ON b.place_id = pl.bin_id
    WHERE st.trip_id = t.id
      AND (
        NOT t.batch
        OR r.id = (
          SELECT first_r.id
          FROM reservation first_r
          WHERE first_r.stop_id = st.id AND first_r.ended_at IS NULL
          ORDER BY (first_r.id = p_in_hand) DESC, first_r.promise_id, first_r.id
          LIMIT 1
        )
      )
    ORDER BY n
    LIMIT 1 + p_ahead
  )
  SELECT jsonb_agg(
    jsonb_build_object(
      'id', n.id,
      'place_id', n.place_id,
      'place', d.place,
      'bin', d.bin,
      'item_id', n.item_id,
      'sku', d.sku,
      'name', jsonb_build_object('en', d.name_en, 'zh', d.name_zh, 'variant', d.variant),
      'barcode', (SELECT pb.code FROM printed_barcode pb WHERE pb.item_id = n.item_id),
      'lot_id', n.lot_id,
      'lot', d.number,
      'last_good', d.last_good_day,
      'reservation_id', n.reservation_id,
      'shipment_id', d.shipment_id,
      'shipment', CASE WHEN t.batch THEN t.trip_no ELSE d.shipment_no END,
      'shipments_in_batch', CASE
        WHEN t.batch
          THEN (
            SELECT count(*)
            FROM reservation r
            WHERE r.stop_id = n.id AND r.ended_at IS NULL
          )
        ELSE 0
      END,
      'qty', CASE
        WHEN t.batch
          THEN (
            SELECT sum(r.qty)::bigint
            FROM reservation r
            WHERE r.stop_id = n.id AND r.ended_at IS NULL
          )
        ELSE n.qty
      END,
      'tote', CASE
        WHEN u.container_id IS NOT NULL THEN jsonb_build_array(u.container_id, pl.code)
      END,
      'facts', f.facts,
      'lots_here', CASE
        WHEN n.n = 1 THEN lots_here(p_warehouse, n.reservation_id)
        ELSE '[]'
      END
    )
    ORDER BY n.n
  )
  INTO stops
  FROM walk n
  JOIN stop_facts(p_warehouse, (SELECT array_agg(reservation_id) FROM walk)) f
    ON f.reservation_id = n.reservation_id
    -- Looked up one by one: a plan that joins would walk through all lines that ever were.
  CROSS JOIN LATERAL (
    SELECT
      pl.code AS place, root.code AS bin, i.sku, i.name_en, i.name_zh, i.variant, lo.number,
      lo.last_good_day, s.id AS shipment_id, s.shipment_no
    FROM place pl, place root, item i, lot lo, promise p
    JOIN shipment_line sl ON sl.id = p.shipment_line_id
    JOIN shipment s ON s.id = sl.shipment_id
    WHERE pl.id = n.place_id
      AND root.id = pl.bin_id
      AND i.id = n.item_id
      AND lo.id = n.lot_id
      AND p.id = n.promise_id
    OFFSET 0
  ) d
  LEFT JOIN tote_use u
    ON u.trip_id = t.id
      AND u.freed_at IS NULL
      AND u.full_at IS NULL
      AND u.shipment_id IS NOT DISTINCT FROM CASE WHEN NOT t.batch THEN d.shipment_id END
  LEFT JOIN place pl ON pl.id = u.container_id;
  IF p_any_tote OR stops -> 0 ->> 'tote' IS NULL THEN
    spare := free_tote(p_warehouse);
  END IF;
  RETURN jsonb_build_object(
    'me', p_person,
    'free_tote', spare,
    'staging', (
      SELECT pl.code
      FROM bin b
      JOIN place pl ON pl.id = b.place_id
      WHERE b.use = 'staging' AND pl.warehouse_id = p_warehouse
      ORDER BY b.seq
      LIMIT 1
    ),
    'trip', (
      SELECT jsonb_build_object(
        'id', t.id,
        'no', t.trip_no,
        'batch', t.batch,
        'due', t.due,
        'due_min', t.due_min,
        'stops', count(*),
        'done', count(*) FILTER (
          WHERE NOT EXISTS (
            SELECT 1
            FROM reservation r
            WHERE r.stop_id = st.id AND r.ended_at IS NULL
          )
        ),
        'totes', (
          SELECT count(*)
          FROM tote_use u
          WHERE u.trip_id = t.id AND u.freed_at IS NULL
        )
      )
      FROM stop st
      WHERE st.trip_id = t.id
    ),
    'stop', stops -> 0,
    'ahead', coalesce(stops - 0, '[]')
  );
END $$;

-- Does the person still stand where the screen says, with nothing to be told? Locks where they
-- stand, and says who acts.
CREATE FUNCTION stands_still(p_warehouse bigint, p_person bigint, p_session uuid, p_version bigint)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  person_code text;
BEGIN
  SELECT pe.code
  INTO person_code
  FROM standing sd
  JOIN person pe ON pe.id = sd.person_id
  JOIN role ro ON ro.code = pe.role
  WHERE sd.person_id = p_person
    AND sd.session = session_key(p_session)
    AND NOT stood_too_long(sd.updated_at, ro.locks_after_min)
    AND sd.version = p_version
    AND pe.active
    AND NOT EXISTS (
      SELECT 1
      FROM notice nt
      WHERE nt.person_id = p_person AND nt.seen_at IS NULL
    )
  FOR UPDATE OF sd;
  IF person_code IS NULL THEN RETURN false; END IF;
  PERFORM
    set_config('wavedeck.person', person_code, true),
    set_config('wavedeck.warehouse', p_warehouse::text, true);
  RETURN true;
END $$;

-- A scan at a stop that moves nothing (the bin, one unit of the goods), decided on what the screen
-- showed: it counts if the person still stands there, the code means that one thing only, and what
-- lies around the goods is what it was. If not, nothing was done, and the slow way decides and says
-- why. `spare`: a free tote, where one is asked for.
CREATE FUNCTION pick_step(p_warehouse bigint, p_person bigint, p_session uuid, p_version bigint,
  p_command uuid, p_codes text[], p_place bigint, p_item bigint, p_reservation bigint,
  p_qty bigint, p_facts jsonb, p_step jsonb, p_any_tote boolean, OUT done boolean, OUT spare text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  done := false;
  IF NOT stands_still(p_warehouse, p_person, p_session, p_version) THEN RETURN; END IF;
  PERFORM 1
  FROM (
    SELECT pl.id AS place, NULL::bigint AS item, NULL::bigint AS units
    FROM place pl
    WHERE pl.warehouse_id = p_warehouse AND pl.code = ANY (p_codes)
    UNION ALL
    SELECT NULL, pk.item_id, pk.units
    FROM barcode bc
    JOIN pack pk ON pk.id = bc.pack_id
    WHERE bc.code = ANY (p_codes)
    UNION ALL
    SELECT NULL, NULL, NULL
    FROM lot lo
    WHERE lo.number <> '' AND lo.number = ANY (p_codes)
  ) means
  HAVING count(*) = 1 AND bool_and(coalesce(place = p_place, item = p_item AND units = 1, false));
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM 1
  FROM reservation r
  JOIN stop_facts(p_warehouse, ARRAY[p_reservation]) f ON f.reservation_id = r.id
  WHERE r.id = p_reservation AND r.ended_at IS NULL AND r.qty = p_qty AND f.facts = p_facts;
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO command (id, person_id, feedback)
  VALUES (p_command, p_person, '')
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE standing
  SET step = p_step, version = version + 1, updated_at = now()
  WHERE person_id = p_person;
  IF p_any_tote THEN spare := free_tote(p_warehouse); END IF;
  done := true;
END $$;

-- A pick of one shipment's units into its tote, bound to it already or free, if the person still
-- stands where the screen says. Returns the tote; null if anything is otherwise: then nothing was
-- done, and the slow way decides and says why. `known`: what the screen knows to be next on the
-- walk still is. The movement comes last, so that the rows that pickers share are locked no longer
-- than the ledger needs.
CREATE FUNCTION pick_put(p_warehouse bigint, p_person bigint, p_session uuid, p_version bigint,
  p_command uuid, p_at timestamptz, p_trip bigint, p_stop bigint, p_reservation bigint,
  p_shipment bigint, p_tote text, p_qty bigint, p_next bigint, p_next_qty bigint, p_step jsonb,
  OUT tote bigint, OUT known boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  used record;
BEGIN
  IF NOT stands_still(p_warehouse, p_person, p_session, p_version) THEN RETURN; END IF;
  SELECT pl.id, u.id AS use_id, u.trip_id, u.shipment_id, u.full_at
  INTO used
  FROM place pl
  JOIN container c ON c.place_id = pl.id
  LEFT JOIN tote_use u ON u.container_id = pl.id AND u.freed_at IS NULL
  WHERE pl.warehouse_id = p_warehouse
    AND pl.code = p_tote
    AND c.kind = 'tote'
    AND NOT EXISTS (SELECT 1 FROM barcode bc WHERE bc.code = p_tote)
    AND NOT EXISTS (SELECT 1 FROM lot lo WHERE lo.number = p_tote);
  IF used.id IS NULL THEN RETURN; END IF;
  IF used.use_id IS NULL THEN
    -- Another tote takes this shipment's goods already.
    IF EXISTS (
      SELECT 1
      FROM tote_use
      WHERE trip_id = p_trip AND shipment_id = p_shipment AND freed_at IS NULL AND full_at IS NULL
    ) THEN
      RETURN;
    END IF;
  ELSIF used.trip_id <> p_trip
    OR used.shipment_id IS DISTINCT FROM p_shipment
    OR used.full_at IS NOT NULL
  THEN
    RETURN;
  END IF;
  INSERT INTO command (id, person_id, feedback)
  VALUES (p_command, p_person, '')
  ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN; END IF;
  known := EXISTS (
    SELECT 1
    FROM reservation r
    JOIN stop st ON st.id = r.stop_id AND st.trip_id = p_trip
    WHERE r.id = p_next AND r.ended_at IS NULL AND r.qty = p_next_qty
  );
  UPDATE standing
  SET step = p_step, version = version + 1, updated_at = now()
  WHERE person_id = p_person;
  PERFORM 1
  FROM shipment
  WHERE id = p_shipment
  FOR KEY SHARE;
  IF used.use_id IS NULL THEN
    INSERT INTO tote_use(container_id, shipment_id, trip_id) VALUES (used.id, p_shipment, p_trip);
  END IF;
  INSERT INTO movement (
    gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reservation_id,
    stop_id, reason, person_id, command
  )
  SELECT
    p_at, r.warehouse_id, r.owner_id, r.item_id, r.lot_id, p_qty, r.place_id, used.id, r.id,
    r.stop_id, 'pick', p_person, p_command
  FROM reservation r
  JOIN stop st ON st.id = r.stop_id AND st.trip_id = p_trip
  JOIN trip t ON t.id = st.trip_id AND t.person_id = p_person AND t.state = 'claimed'
  WHERE r.id = p_reservation AND r.ended_at IS NULL AND r.stop_id = p_stop;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the reservation is gone' USING ERRCODE = '23514',
      CONSTRAINT = 'reservation_covers';
  END IF;
  tote := used.id;
END $$;
