-- The hot gesture in one call: a pick, and what the picker sees next.

CREATE INDEX bin_not_storage ON bin (use) WHERE use <> 'storage';

-- What is true of a picker's walk now, with the names that the screen's snapshot has. `in_hand` is the reservation that
-- the person has begun with: it stays first until it is done or skipped. A free tote is looked for where one is asked.
CREATE FUNCTION pick_now(w bigint, who bigint, in_hand bigint, any_tote boolean) RETURNS jsonb LANGUAGE plpgsql STABLE AS $$
DECLARE t record; n record; s record; lots jsonb; spare text; stop_now jsonb;
BEGIN
  SELECT id, trip_no, kind <> 'orders' AS batch INTO t FROM trip WHERE person_id = who AND state = 'claimed';
  IF t.id IS NULL THEN
    RETURN jsonb_build_object('me', who);
  END IF;
  -- The choice first, with as little as it needs; the details then of this one stop.
  SELECT st.id, st.place_id, st.item_id, st.lot_id, r.id AS reservation_id, r.promise_id, r.owner_id, r.qty, b.zone INTO n
  FROM stop st JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
  LEFT JOIN container c ON c.place_id = st.place_id JOIN bin b ON b.place_id = coalesce(c.stands_in, st.place_id)
  WHERE st.trip_id = t.id ORDER BY (r.id = in_hand) DESC, st.skips, b.seq, st.id, r.promise_id, r.id LIMIT 1;

  IF n.id IS NOT NULL THEN
    SELECT p.code AS place, i.sku, i.name_en, i.name_zh, l.number, l.last_good_day, pr.good_until, sh.id AS shipment_id,
           CASE WHEN t.batch THEN t.trip_no ELSE sh.shipment_no END AS shipment, u.container_id AS tote_id, tp.code AS tote,
           CASE WHEN t.batch THEN (SELECT sum(x.qty)::bigint FROM reservation x WHERE x.stop_id = n.id AND x.ended_at IS NULL) ELSE n.qty END AS qty,
           CASE WHEN t.batch THEN (SELECT count(*) FROM reservation x WHERE x.stop_id = n.id AND x.ended_at IS NULL) ELSE 0 END AS shipments,
           (SELECT b.code FROM pack k JOIN barcode b ON b.pack_id = k.id WHERE k.item_id = n.item_id ORDER BY k.units, b.code LIMIT 1) AS barcode,
           (SELECT count(*) FROM stock g WHERE g.warehouse_id = w AND g.place_id = n.place_id AND g.on_hand > 0) AS goods,
           (SELECT count(DISTINCT g.place_id) FROM stock g JOIN bin gb ON gb.place_id = g.place_id
            WHERE g.warehouse_id = w AND g.owner_id = n.owner_id AND g.item_id = n.item_id AND g.status = 'good' AND g.on_hand > 0 AND gb.zone = n.zone) AS bins INTO s
    FROM place p, item i, lot l, promise pr JOIN shipment_line sl ON sl.id = pr.shipment_line_id JOIN shipment sh ON sh.id = sl.shipment_id
    LEFT JOIN tote_use u ON u.trip_id = t.id AND u.freed_at IS NULL AND u.full_at IS NULL AND u.shipment_id IS NOT DISTINCT FROM CASE WHEN NOT t.batch THEN sh.id END
    LEFT JOIN place tp ON tp.id = u.container_id
    WHERE p.id = n.place_id AND i.id = n.item_id AND l.id = n.lot_id AND pr.id = n.promise_id;

    SELECT jsonb_agg(jsonb_build_object('id', l.id, 'number', l.number, 'last_good', l.last_good_day,
                     'sellable', v.lot_id IS NOT NULL AND l.last_good_day >= today(w), 'good_enough', l.last_good_day >= s.good_until, 'free', coalesce(v.free, 0))
                     ORDER BY l.last_good_day, l.id) INTO lots
    FROM stock g JOIN lot l ON l.id = g.lot_id
    LEFT JOIN sellable v ON v.warehouse_id = w AND v.place_id = g.place_id AND v.owner_id = g.owner_id AND v.item_id = g.item_id AND v.lot_id = g.lot_id
    WHERE g.warehouse_id = w AND g.place_id = n.place_id AND g.item_id = n.item_id AND g.on_hand > 0 AND g.status = 'good';

    IF any_tote OR s.tote IS NULL THEN
      SELECT p.code INTO spare FROM container c JOIN place p ON p.id = c.place_id
      WHERE p.warehouse_id = w AND c.kind = 'tote' AND NOT c.blocked AND NOT EXISTS (SELECT 1 FROM tote_use u WHERE u.container_id = c.place_id AND u.freed_at IS NULL) LIMIT 1;
    END IF;
    stop_now := jsonb_build_object(
      'id', n.id, 'place_id', n.place_id, 'place', s.place, 'item_id', n.item_id, 'sku', s.sku, 'name', jsonb_build_object('en', s.name_en, 'zh', s.name_zh), 'barcode', s.barcode,
      'lot_id', n.lot_id, 'lot', s.number, 'last_good', s.last_good_day, 'reservation_id', n.reservation_id, 'shipment_id', s.shipment_id, 'shipment', s.shipment,
      'batch', s.shipments, 'qty', s.qty, 'tote', CASE WHEN s.tote IS NOT NULL THEN jsonb_build_array(s.tote_id, s.tote) END,
      'lots_here', coalesce(lots, '[]'), 'goods_in_bin', s.goods, 'bins_with_item', s.bins);
  END IF;

  RETURN jsonb_build_object(
    'me', who, 'free_tote', spare,
    'staging', (SELECT p.code FROM bin b JOIN place p ON p.id = b.place_id WHERE b.use = 'staging' AND p.warehouse_id = w ORDER BY b.seq LIMIT 1),
    'trip', (SELECT jsonb_build_object('id', t.id, 'no', t.trip_no, 'batch', t.batch, 'stops', count(*),
                      'done', count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM reservation r WHERE r.stop_id = st.id AND r.ended_at IS NULL)),
                      'totes', (SELECT count(*) FROM tote_use u WHERE u.trip_id = t.id AND u.freed_at IS NULL))
             FROM stop st WHERE st.trip_id = t.id),
    'stop', stop_now);
END $$;

-- A pick of one shipment's units into its tote, bound to it already or free, if the person still stands where the screen
-- says and nothing waits to be told. Returns what is then true; null if anything is otherwise: then nothing was done, and
-- the slow way decides and says why.
CREATE FUNCTION pick_put(w bigint, who bigint, v_session uuid, v_version bigint, v_command uuid, v_at timestamptz, v_trip bigint, v_stop bigint,
                         v_reservation bigint, v_shipment bigint, v_tote text, v_qty bigint, v_step jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE tote bigint; used tote_use;
BEGIN
  PERFORM 1 FROM standing WHERE person_id = who AND session = v_session AND version = v_version FOR UPDATE;
  IF NOT FOUND OR EXISTS (SELECT 1 FROM notice WHERE person_id = who AND seen_at IS NULL) THEN RETURN NULL; END IF;
  SELECT p.id INTO tote FROM place p JOIN container c ON c.place_id = p.id
  WHERE p.warehouse_id = w AND p.code = v_tote AND c.kind = 'tote' AND NOT EXISTS (SELECT 1 FROM barcode b WHERE b.code = v_tote);
  IF tote IS NULL THEN RETURN NULL; END IF;
  SELECT * INTO used FROM tote_use WHERE container_id = tote AND freed_at IS NULL;
  IF used.id IS NOT NULL AND (used.trip_id <> v_trip OR used.shipment_id IS DISTINCT FROM v_shipment OR used.full_at IS NOT NULL) THEN RETURN NULL; END IF;
  -- Another tote takes this shipment's goods already.
  IF used.id IS NULL AND EXISTS (SELECT 1 FROM tote_use WHERE trip_id = v_trip AND shipment_id = v_shipment AND freed_at IS NULL AND full_at IS NULL) THEN RETURN NULL; END IF;
  INSERT INTO command (id, person_id, said) VALUES (v_command, who, '') ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN RETURN NULL; END IF;

  PERFORM set_config('wavedeck.person', (SELECT code FROM person WHERE id = who), true), set_config('wavedeck.warehouse', w::text, true);
  PERFORM 1 FROM shipment WHERE id = v_shipment FOR KEY SHARE;
  IF used.id IS NULL THEN
    INSERT INTO tote_use (container_id, shipment_id, trip_id) VALUES (tote, v_shipment, v_trip);
  END IF;
  INSERT INTO movement (gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reservation_id, stop_id, reason, person_id, command)
  SELECT v_at, warehouse_id, owner_id, item_id, lot_id, v_qty, place_id, tote, id, stop_id, 'pick', who, v_command
  FROM reservation WHERE id = v_reservation AND ended_at IS NULL AND stop_id = v_stop;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the reservation is gone' USING ERRCODE = '23514', CONSTRAINT = 'reservation_covers';
  END IF;
  UPDATE standing SET step = v_step, version = version + 1, updated_at = now() WHERE person_id = who;
  RETURN pick_now(w, who, 0, false);
END $$;
