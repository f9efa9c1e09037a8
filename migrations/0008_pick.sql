-- The hot gesture in one call: a pick, and what the picker sees next. Each of these functions runs thousands of times with
-- single rows in hand, where planning anew costs more than the work: their plans are made once a connection.

CREATE INDEX bin_not_storage ON bin (use) WHERE use <> 'storage';

-- What lies around reserved goods: which scans settle the source, and which lots could go instead.
CREATE FUNCTION stop_facts(w bigint, reservations bigint[]) RETURNS TABLE (reservation_id bigint, facts jsonb) LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE day date := today(w);
BEGIN
  RETURN QUERY
  SELECT r.id, jsonb_build_object(
    'lots_here', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'number', l.number, 'last_good', l.last_good_day,
                    'sellable', NOT l.recalled AND l.last_good_day >= day AND place_sells(b.promisable, b.blocked, c.kind, c.blocked),
                    'good_enough', l.last_good_day >= p.good_until, 'free', g.on_hand - g.reserved) ORDER BY l.last_good_day, l.id), '[]')
                  FROM stock g JOIN lot l ON l.id = g.lot_id
                  WHERE g.warehouse_id = w AND g.place_id = r.place_id AND g.item_id = r.item_id AND g.on_hand > 0 AND g.status = 'good'),
    'goods_in_bin', (SELECT count(DISTINCT (g.item_id, g.lot_id)) FROM stock g WHERE g.warehouse_id = w AND g.place_id = r.place_id AND g.on_hand > 0),
    'bins_with_item', (SELECT count(DISTINCT g.place_id) FROM stock g JOIN bin gb ON gb.place_id = g.place_id
                       WHERE g.warehouse_id = w AND g.owner_id = r.owner_id AND g.item_id = r.item_id AND NOT g.on_its_way AND g.status = 'good' AND g.on_hand > 0
                         AND gb.zone = b.zone))
  FROM reservation r JOIN promise p ON p.id = r.promise_id
  LEFT JOIN container c ON c.place_id = r.place_id JOIN bin b ON b.place_id = coalesce(c.stands_in, r.place_id)
  WHERE r.id = ANY (reservations);
END $$;

-- One free tote, as an example of what would be taken.
CREATE FUNCTION free_tote(w bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT p.code FROM container c JOIN place p ON p.id = c.place_id
  WHERE p.warehouse_id = w AND c.kind = 'tote' AND NOT c.blocked AND NOT EXISTS (SELECT 1 FROM tote_use u WHERE u.container_id = c.place_id AND u.freed_at IS NULL) LIMIT 1
$$;

-- What is true of a picker's walk now, with the names that the screen's snapshot has. `in_hand` is the reservation that
-- the person has begun with: it stays first until it is done or skipped. A free tote is looked for where one is asked.
-- `ahead` reservations more are told, so that the next picks need not ask; a walk in total goes stop by stop.
CREATE FUNCTION pick_now(w bigint, who bigint, in_hand bigint, any_tote boolean, ahead int) RETURNS jsonb LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
DECLARE t record; stops jsonb; spare text;
BEGIN
  SELECT id, trip_no, kind <> 'orders' AS batch INTO t FROM trip WHERE person_id = who AND state = 'claimed';
  IF t.id IS NULL THEN
    RETURN jsonb_build_object('me', who);
  END IF;

  -- The order first, with as little as it needs; the details then of these few.
  WITH walk AS MATERIALIZED (
    SELECT st.id, st.place_id, st.item_id, st.lot_id, r.id AS reservation_id, r.promise_id, r.qty,
           row_number() OVER (ORDER BY (r.id = in_hand) DESC, st.skips, b.seq, st.id, r.promise_id, r.id) AS n
    FROM stop st JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
    LEFT JOIN container c ON c.place_id = st.place_id JOIN bin b ON b.place_id = coalesce(c.stands_in, st.place_id)
    WHERE st.trip_id = t.id ORDER BY n LIMIT CASE WHEN t.batch THEN 1 ELSE 1 + ahead END)
  SELECT jsonb_agg(jsonb_build_object(
      'id', n.id, 'place_id', n.place_id, 'place', d.place, 'item_id', n.item_id, 'sku', d.sku, 'name', jsonb_build_object('en', d.name_en, 'zh', d.name_zh, 'variant', d.variant),
      'barcode', (SELECT b.code FROM pack k JOIN barcode b ON b.pack_id = k.id WHERE k.item_id = n.item_id ORDER BY k.units, b.code LIMIT 1),
      'lot_id', n.lot_id, 'lot', d.number, 'last_good', d.last_good_day, 'reservation_id', n.reservation_id,
      'shipment_id', d.shipment_id, 'shipment', CASE WHEN t.batch THEN t.trip_no ELSE d.shipment_no END,
      'batch', CASE WHEN t.batch THEN (SELECT count(*) FROM reservation x WHERE x.stop_id = n.id AND x.ended_at IS NULL) ELSE 0 END,
      'qty', CASE WHEN t.batch THEN (SELECT sum(x.qty)::bigint FROM reservation x WHERE x.stop_id = n.id AND x.ended_at IS NULL) ELSE n.qty END,
      'tote', CASE WHEN u.container_id IS NOT NULL THEN jsonb_build_array(u.container_id, tp.code) END,
      'facts', f.facts) ORDER BY n.n) INTO stops
  FROM walk n JOIN stop_facts(w, (SELECT array_agg(reservation_id) FROM walk)) f ON f.reservation_id = n.reservation_id
  -- Looked up one by one: a plan that joins would walk through all lines that ever were.
  CROSS JOIN LATERAL (
    SELECT p.code AS place, i.sku, i.name_en, i.name_zh, i.variant, l.number, l.last_good_day, sh.id AS shipment_id, sh.shipment_no
    FROM place p, item i, lot l, promise pr JOIN shipment_line sl ON sl.id = pr.shipment_line_id JOIN shipment sh ON sh.id = sl.shipment_id
    WHERE p.id = n.place_id AND i.id = n.item_id AND l.id = n.lot_id AND pr.id = n.promise_id OFFSET 0) d
  LEFT JOIN tote_use u ON u.trip_id = t.id AND u.freed_at IS NULL AND u.full_at IS NULL AND u.shipment_id IS NOT DISTINCT FROM CASE WHEN NOT t.batch THEN d.shipment_id END
  LEFT JOIN place tp ON tp.id = u.container_id;

  IF any_tote OR stops->0->>'tote' IS NULL THEN
    spare := free_tote(w);
  END IF;

  RETURN jsonb_build_object(
    'me', who, 'free_tote', spare,
    'staging', (SELECT p.code FROM bin b JOIN place p ON p.id = b.place_id WHERE b.use = 'staging' AND p.warehouse_id = w ORDER BY b.seq LIMIT 1),
    'trip', (SELECT jsonb_build_object('id', t.id, 'no', t.trip_no, 'batch', t.batch, 'stops', count(*),
                      'done', count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM reservation r WHERE r.stop_id = st.id AND r.ended_at IS NULL)),
                      'totes', (SELECT count(*) FROM tote_use u WHERE u.trip_id = t.id AND u.freed_at IS NULL))
             FROM stop st WHERE st.trip_id = t.id),
    'stop', stops->0, 'ahead', coalesce(stops - 0, '[]'));
END $$;

-- Does the person still stand where the screen says, with nothing to be told? Locks where they stand, and says who acts.
CREATE FUNCTION stands_still(w bigint, who bigint, v_session uuid, v_version bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE person_code text;
BEGIN
  SELECT p.code INTO person_code FROM standing s JOIN person p ON p.id = s.person_id
  WHERE s.person_id = who AND s.session = v_session AND s.version = v_version AND p.active
    AND NOT EXISTS (SELECT 1 FROM notice n WHERE n.person_id = who AND n.seen_at IS NULL) FOR UPDATE OF s;
  IF person_code IS NULL THEN RETURN false; END IF;
  PERFORM set_config('wavedeck.person', person_code, true), set_config('wavedeck.warehouse', w::text, true);
  RETURN true;
END $$;

-- A scan at a stop that moves nothing (the bin, one unit of the goods), decided on what the screen showed: it counts if the
-- person still stands there, the code means that one thing only, and what lies around the goods is what it was. If not,
-- nothing was done, and the slow way decides and says why. `spare`: a free tote, where one is asked for.
CREATE FUNCTION pick_step(w bigint, who bigint, v_session uuid, v_version bigint, v_command uuid, v_codes text[], v_place bigint, v_item bigint,
                          v_reservation bigint, v_qty bigint, v_facts jsonb, v_step jsonb, any_tote boolean,
                          OUT done boolean, OUT spare text) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  done := false;
  IF NOT stands_still(w, who, v_session, v_version) THEN RETURN; END IF;
  PERFORM 1 FROM (
    SELECT p.id AS place, NULL::bigint AS item, NULL::bigint AS units FROM place p WHERE p.warehouse_id = w AND p.code = ANY (v_codes)
    UNION ALL SELECT NULL, k.item_id, k.units FROM barcode b JOIN pack k ON k.id = b.pack_id WHERE b.code = ANY (v_codes)
    UNION ALL SELECT NULL, NULL, NULL FROM lot l WHERE l.number <> '' AND l.number = ANY (v_codes)) means
  HAVING count(*) = 1 AND bool_and(coalesce(place = v_place, item = v_item AND units = 1, false));
  IF NOT FOUND THEN RETURN; END IF;
  PERFORM 1 FROM reservation r JOIN stop_facts(w, ARRAY[v_reservation]) f ON f.reservation_id = r.id
  WHERE r.id = v_reservation AND r.ended_at IS NULL AND r.qty = v_qty AND f.facts = v_facts;
  IF NOT FOUND THEN RETURN; END IF;
  INSERT INTO command (id, person_id, said) VALUES (v_command, who, '') ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN; END IF;
  UPDATE standing SET step = v_step, version = version + 1, updated_at = now() WHERE person_id = who;
  IF any_tote THEN spare := free_tote(w); END IF;
  done := true;
END $$;

-- A pick of one shipment's units into its tote, bound to it already or free, if the person still stands where the screen
-- says. Returns the tote; null if anything is otherwise: then nothing was done, and the slow way decides and says why.
-- `known`: what the screen knows to be next on the walk still is. The movement comes last, so that the rows that pickers
-- share are locked no longer than the ledger needs.
CREATE FUNCTION pick_put(w bigint, who bigint, v_session uuid, v_version bigint, v_command uuid, v_at timestamptz, v_trip bigint, v_stop bigint,
                         v_reservation bigint, v_shipment bigint, v_tote text, v_qty bigint, v_next bigint, v_next_qty bigint, v_step jsonb,
                         OUT tote bigint, OUT known boolean) LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE used record;
BEGIN
  IF NOT stands_still(w, who, v_session, v_version) THEN RETURN; END IF;
  SELECT p.id, u.id AS use_id, u.trip_id, u.shipment_id, u.full_at INTO used
  FROM place p JOIN container c ON c.place_id = p.id LEFT JOIN tote_use u ON u.container_id = p.id AND u.freed_at IS NULL
  WHERE p.warehouse_id = w AND p.code = v_tote AND c.kind = 'tote'
    AND NOT EXISTS (SELECT 1 FROM barcode b WHERE b.code = v_tote) AND NOT EXISTS (SELECT 1 FROM lot l WHERE l.number = v_tote);
  IF used.id IS NULL THEN RETURN; END IF;
  IF used.use_id IS NULL THEN
    -- Another tote takes this shipment's goods already.
    IF EXISTS (SELECT 1 FROM tote_use WHERE trip_id = v_trip AND shipment_id = v_shipment AND freed_at IS NULL AND full_at IS NULL) THEN RETURN; END IF;
  ELSIF used.trip_id <> v_trip OR used.shipment_id IS DISTINCT FROM v_shipment OR used.full_at IS NOT NULL THEN
    RETURN;
  END IF;
  INSERT INTO command (id, person_id, said) VALUES (v_command, who, '') ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN; END IF;

  known := EXISTS (SELECT 1 FROM reservation r JOIN stop st ON st.id = r.stop_id AND st.trip_id = v_trip WHERE r.id = v_next AND r.ended_at IS NULL AND r.qty = v_next_qty);
  UPDATE standing SET step = v_step, version = version + 1, updated_at = now() WHERE person_id = who;
  PERFORM 1 FROM shipment WHERE id = v_shipment FOR KEY SHARE;
  IF used.use_id IS NULL THEN
    INSERT INTO tote_use (container_id, shipment_id, trip_id) VALUES (used.id, v_shipment, v_trip);
  END IF;
  INSERT INTO movement (gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reservation_id, stop_id, reason, person_id, command)
  SELECT v_at, warehouse_id, owner_id, item_id, lot_id, v_qty, place_id, used.id, id, stop_id, 'pick', who, v_command
  FROM reservation WHERE id = v_reservation AND ended_at IS NULL AND stop_id = v_stop;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the reservation is gone' USING ERRCODE = '23514', CONSTRAINT = 'reservation_covers';
  END IF;
  tote := used.id;
END $$;
