-- Taking a shipment off the floor, wherever it stands: given up, or held until a person lets it go.

-- Whoever has a shipment in hand now hears what became of it, or of one line of it: on a walk with
-- goods or stops of it, or at a bench, where what to do with it is another thing.
CREATE FUNCTION tell_shipments_people(p_shipment bigint, p_line bigint, p_key text, p_goods text)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO notice (person_id, text)
  SELECT
    w.person_id,
    json_build_object(
      'key', CASE
        WHEN w.at_bench AND p_key IN ('notice-cancelled', 'notice-set-aside') THEN p_key || '-bench'
        ELSE p_key
      END,
      'args', json_build_object(
        'goods', json_build_object('plain', p_goods),
        'shipment', json_build_object('plain', s.shipment_no),
        'totes', json_build_object('plain', coalesce(w.totes, '-'))
      )
    )
  FROM shipment s
  CROSS JOIN LATERAL (
    SELECT
      t.person_id,
      (
        SELECT string_agg(pl.code, ' ' ORDER BY pl.code)
        FROM tote_use u
        JOIN place pl ON pl.id = u.container_id
        WHERE u.shipment_id = p_shipment AND u.trip_id = t.id AND u.freed_at IS NULL
      ) AS totes,
      false AS at_bench
    FROM trip t
    WHERE t.state = 'claimed'
      AND EXISTS (
        SELECT 1
        FROM shipment_line sl
        JOIN promise p ON p.shipment_line_id = sl.id
        JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
        LEFT JOIN stop st ON st.id = r.stop_id
        LEFT JOIN tote_use u ON u.container_id = r.place_id AND u.freed_at IS NULL
        WHERE sl.shipment_id = p_shipment
          AND (p_line IS NULL OR sl.id = p_line)
          AND t.id IN (st.trip_id, u.trip_id)
      )
    UNION
    SELECT ih.person_id, NULL, true
    FROM in_hand ih
    WHERE ih.packed_shipment_id = p_shipment AND ih.closed_parcel_id IS NULL
  ) w
  WHERE s.id = p_shipment
$$;

-- What people have in their hands and nobody wants any more: a task for each container, unless it
-- has one.
CREATE FUNCTION put_back_from(p_warehouse bigint, p_boxes bigint[])
RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  made int;
BEGIN
  INSERT INTO task (warehouse_id, task_no, kind, container_id)
  SELECT p_warehouse, next_number('K', 'task_number', 6), 'put_back', c.place_id
  FROM (SELECT DISTINCT place_id FROM unnest(p_boxes) AS b(place_id)) c
  ORDER BY c.place_id
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS made = ROW_COUNT;
  RETURN made;
END $$;

-- Parcels must not go with the truck: they come off the lists that are open, and who loads is told.
CREATE FUNCTION take_off_lists(p_parcels bigint[]) RETURNS void LANGUAGE sql AS $$
  WITH off AS (
    DELETE FROM hand_over_parcel hp
    USING hand_over h
    WHERE h.id = hp.hand_over_id AND h.closed_at IS NULL AND hp.parcel_id = ANY (p_parcels)
    RETURNING hp.hand_over_id, hp.parcel_id
  )
  INSERT INTO notice (person_id, text)
  SELECT
    ih.person_id,
    json_build_object(
      'key', 'notice-off-list',
      'args', json_build_object(
        'shipment', json_build_object('plain', s.shipment_no),
        'sscc', json_build_object('plain', string_agg(pc.sscc, ' ' ORDER BY pc.sscc))
      )
    )
  FROM off
  JOIN parcel pc ON pc.place_id = off.parcel_id
  JOIN shipment s ON s.id = pc.shipment_id
  JOIN in_hand ih ON ih.list_id = off.hand_over_id
  GROUP BY ih.person_id, s.shipment_no
$$;

-- What is given up need not be held any more.
CREATE FUNCTION end_holds(p_shipment bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE hold
  SET lifted_at = now(), lifted_by = 'system'
  WHERE subject = 'shipment' AND subject_id = p_shipment AND lifted_at IS NULL
$$;

-- Who holds a shipment holds what is split off it, or put into its place, too.
CREATE FUNCTION copy_holds(p_from bigint, p_to bigint) RETURNS void LANGUAGE sql AS $$
  SELECT write_hold('shipment', p_to, hd.reason, hd.note, hd.by)
  FROM hold hd
  WHERE hd.subject = 'shipment'
    AND hd.subject_id = p_from
    AND hd.lifted_at IS NULL
    AND NOT EXISTS (
      SELECT 1
      FROM hold same_hd
      WHERE same_hd.subject = 'shipment'
        AND same_hd.subject_id = p_to
        AND same_hd.reason = hd.reason
        AND same_hd.note = hd.note
        AND same_hd.lifted_at IS NULL
    )
  ORDER BY hd.id
$$;

-- Frees what was reserved and promised; what is in totes and boxes becomes put-back tasks. What is
-- on the road already stays what it is: the rest is parted off first. Returns the shipment that
-- stands in its new state now; null: there is nothing of it here.
CREATE FUNCTION take_off_floor(p_shipment bigint, p_new_state text, p_why text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  s shipment;
  boxes bigint[];
  rest bigint := p_shipment;
  lines bigint[];
  parts bigint[];
BEGIN
  PERFORM lock_promise_gates(
    whole.warehouse_id,
    (
      SELECT array_agg(DISTINCT item_id)
      FROM shipment_line
      WHERE shipment_id = p_shipment
    )
  )
  FROM shipment whole
  WHERE whole.id = p_shipment;
  SELECT *
  INTO s
  FROM shipment
  WHERE id = p_shipment
  FOR UPDATE;
  IF s.state IN ('cancelled', 'handed_over') THEN RETURN NULL; END IF;
  -- Where its goods are in people's hands, and who must hear of it.
  SELECT array_agg(DISTINCT r.place_id)
  INTO boxes
  FROM shipment_line sl
  JOIN promise p ON p.shipment_line_id = sl.id
  JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
  JOIN container c ON c.place_id = r.place_id AND c.kind IN ('tote', 'parcel')
  WHERE sl.shipment_id = p_shipment;
  PERFORM tell_shipments_people(
    p_shipment,
    NULL,
    CASE p_new_state WHEN 'cancelled' THEN 'notice-cancelled' ELSE 'notice-set-aside' END,
    ''
  );
  -- A box that stands in the truck must come out again.
  PERFORM take_off_lists(
    (SELECT array_agg(place_id) FROM parcel WHERE shipment_id = p_shipment)
  );
  UPDATE reservation
  SET qty = 0, ended_at = now()
  WHERE ended_at IS NULL
    AND promise_id IN (
      SELECT p.id
      FROM promise p
      JOIN shipment_line sl ON sl.id = p.shipment_line_id
      WHERE sl.shipment_id = p_shipment
    );
  IF EXISTS (SELECT 1 FROM parcel WHERE shipment_id = p_shipment AND state = 'handed_over') THEN
    SELECT array_agg(p.order_line_id), array_agg(p.qty - p.shipped)
    INTO lines, parts
    FROM shipment_line sl
    JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
    WHERE sl.shipment_id = p_shipment AND p.shipped < p.qty;
    rest := NULL;
    IF lines IS NOT NULL THEN
      rest := part_off(p_shipment, lines, parts, p_new_state = 'cancelled');
    END IF;
  END IF;
  UPDATE promise
  SET ended_at = now()
  WHERE ended_at IS NULL
    AND shipment_line_id IN (SELECT id FROM shipment_line WHERE shipment_id = rest);
  -- A box that is on the road already stays what it is.
  PERFORM void_labels(array_agg(place_id))
  FROM parcel
  WHERE shipment_id = p_shipment AND state <> 'handed_over';
  UPDATE parcel
  SET state = 'void'
  WHERE shipment_id = p_shipment AND state <> 'handed_over';
  -- What the shop changed late is still to be answered, if it was not the shop who ended this.
  UPDATE exception
  SET done_at = now()
  WHERE shipment_id = p_shipment
    AND done_at IS NULL
    AND (reason <> 'changed_late' OR p_why IN ('order_cancelled', 'order_changed'));
  PERFORM put_back_from(s.warehouse_id, boxes);
  IF p_new_state = 'cancelled' THEN PERFORM end_holds(rest); END IF;
  UPDATE shipment
  SET
    state = p_new_state,
    reason = p_why,
    wave_id = CASE WHEN p_new_state = 'cancelled' THEN wave_id END
  WHERE id = rest;
  IF rest IS DISTINCT FROM p_shipment THEN PERFORM sent_whole(ARRAY[p_shipment]); END IF;
  RETURN rest;
END $$;

-- The shop takes some units of one order line back while their shipment is under way: they are cut
-- out of its walk, its totes and its open box, and out of nothing else. What is still in bins is
-- freed first; what is in hands becomes a put-back task. They go to a cancelled shipment of their
-- own, so that an order's shares always tell where its units went; or into one that is sent later,
-- and then only what nobody has found or tied to a place yet. Returns how many were cut: what lies
-- in a closed box is not.
CREATE FUNCTION cut_line(p_shipment bigint, p_order_line bigint, p_qty bigint, p_later bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  s shipment;
  l shipment_line;
  p promise;
  r record;
  loose bigint;
  gone bigint;
  rest bigint;
  take bigint;
  fresh bigint;
  boxes bigint[] := '{}';
BEGIN
  SELECT sl.*
  INTO l
  FROM share sh
  JOIN shipment_line sl ON sl.id = sh.shipment_line_id
  WHERE sh.order_line_id = p_order_line AND sl.shipment_id = p_shipment;
  PERFORM lock_promise_gates(
    (SELECT warehouse_id FROM shipment WHERE id = p_shipment),
    ARRAY[l.item_id]
  );
  SELECT *
  INTO s
  FROM shipment
  WHERE id = p_shipment
  FOR UPDATE;
  -- Somebody may have moved the share while the locks were waited for.
  SELECT sh.qty
  INTO rest
  FROM share sh
  JOIN shipment_line sl ON sl.id = sh.shipment_line_id
  WHERE sh.order_line_id = p_order_line AND sl.id = l.id AND sl.shipment_id = p_shipment;
  IF rest IS NULL THEN RETURN 0; END IF;
  p_qty := least(p_qty, rest);
  SELECT *
  INTO p
  FROM promise
  WHERE order_line_id = p_order_line AND shipment_line_id = l.id AND ended_at IS NULL;
  PERFORM 1
  FROM reservation
  WHERE promise_id = p.id AND ended_at IS NULL
  ORDER BY id
  FOR UPDATE;
  SELECT *
  INTO p
  FROM promise
  WHERE id = p.id
  FOR UPDATE;
  SELECT coalesce(sum(v.qty), 0)
  INTO loose
  FROM reservation v
  LEFT JOIN parcel pc ON pc.place_id = v.place_id
  WHERE v.promise_id = p.id
    AND v.ended_at IS NULL
    AND coalesce(pc.state, 'open') = 'open'
    AND p_later IS NULL;
  gone := least(p_qty, CASE WHEN p.id IS NULL THEN p_qty ELSE p.open + p.broken + loose END);
  IF s.state IN ('cancelled', 'handed_over') OR gone < 1 THEN RETURN 0; END IF;
  IF p_later IS NULL THEN
    PERFORM tell_shipments_people(p_shipment, l.id, 'notice-line-cut', gone || ' × ' || i.sku)
    FROM item i
    WHERE i.id = l.item_id;
    INSERT INTO shipment (
      warehouse_id, shipment_no, shop_id, state, reason, carrier_id, service_id, transit_days,
      cutoff_at, ordered_at, receiver
    )
    VALUES (
      s.warehouse_id,
      next_number('S', 'shipment_number', 7),
      s.shop_id,
      'cancelled',
      'order_changed',
      s.carrier_id,
      s.service_id,
      s.transit_days,
      s.cutoff_at,
      s.ordered_at,
      s.receiver
    )
    RETURNING id
    INTO p_later;
  END IF;
  -- What was never found first, then what is not tied to a place yet, then bins before totes before
  -- the open box.
  take := least(gone, p.broken);
  UPDATE promise
  SET broken = broken - take
  WHERE id = p.id AND take > 0;
  UPDATE exception e
  SET
    qty = e.qty - take,
    done_at = CASE
      WHEN NOT EXISTS (
        SELECT 1
        FROM promise other_p
        WHERE other_p.shipment_line_id = l.id AND other_p.ended_at IS NULL AND other_p.broken > 0
      )
        THEN now()
    END
  WHERE take > 0
    AND e.shipment_id = p_shipment
    AND e.item_id = l.item_id
    AND e.reason = 'not_found'
    AND e.done_at IS NULL;
  rest := gone - coalesce(take, 0) - least(gone - coalesce(take, 0), coalesce(p.open, gone));
  FOR r IN
    SELECT v.id, v.qty, v.place_id, c.place_id IS NOT NULL AS in_hand
    FROM reservation v
    LEFT JOIN parcel pc ON pc.place_id = v.place_id
    LEFT JOIN container c ON c.place_id = v.place_id
    WHERE v.promise_id = p.id AND v.ended_at IS NULL AND coalesce(pc.state, 'open') = 'open'
    ORDER BY pc.place_id IS NOT NULL, c.place_id IS NOT NULL, v.id
  LOOP
    EXIT WHEN rest = 0;
    take := least(rest, r.qty);
    UPDATE reservation
    SET qty = qty - take, ended_at = CASE WHEN qty = take THEN now() END
    WHERE id = r.id;
    IF r.in_hand THEN boxes := boxes || r.place_id; END IF;
    rest := rest - take;
  END LOOP;
  INSERT INTO shipment_line (shipment_id, owner_id, item_id, qty)
  VALUES (p_later, l.owner_id, l.item_id, gone)
  ON CONFLICT ON CONSTRAINT shipment_line_item_once
  DO UPDATE SET qty = shipment_line.qty + excluded.qty
  RETURNING id
  INTO fresh;
  INSERT INTO share(order_line_id, shipment_line_id, qty) VALUES (p_order_line, fresh, gone);
  IF gone = (
    SELECT qty
    FROM share
    WHERE order_line_id = p_order_line AND shipment_line_id = l.id
  ) THEN
    UPDATE promise
    SET shipment_line_id = fresh, ended_at = coalesce(ended_at, now())
    WHERE order_line_id = p_order_line AND shipment_line_id = l.id;
    DELETE FROM share WHERE order_line_id = p_order_line AND shipment_line_id = l.id;
  ELSE
    UPDATE promise
    SET qty = qty - gone
    WHERE id = p.id;
    UPDATE share
    SET qty = qty - gone
    WHERE order_line_id = p_order_line AND shipment_line_id = l.id;
  END IF;
  IF gone = l.qty THEN
    DELETE FROM shipment_line WHERE id = l.id;
  ELSE
    UPDATE shipment_line
    SET qty = qty - gone
    WHERE id = l.id;
  END IF;
  PERFORM put_back_from(s.warehouse_id, boxes);
  PERFORM shipment_goes_on(p_shipment);
  RETURN gone;
END $$;

-- Totes that a shipment's walks filled and that hold nothing any more are free.
CREATE FUNCTION free_totes_of(p_shipment bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE tote_use u
  SET freed_at = now()
  FROM trip_shipment ts
  JOIN trip t ON t.id = ts.trip_id
  WHERE ts.shipment_id = p_shipment
    AND u.trip_id = ts.trip_id
    AND u.freed_at IS NULL
    AND coalesce(u.shipment_id, p_shipment) = p_shipment
    AND NOT EXISTS (
      SELECT 1
      FROM stock sk
      WHERE sk.warehouse_id = t.warehouse_id AND sk.place_id = u.container_id AND sk.on_hand > 0
    )
$$;

-- A box is closed: its weight is summed, what it holds of which order is kept, and totes that it
-- emptied are free.
CREATE FUNCTION close_box(p_parcel bigint, p_bench bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE parcel pc
  SET
    state = 'closed',
    bench_id = coalesce(p_bench, pc.bench_id),
    weight_g = (
      SELECT coalesce(sum(sk.on_hand * i.weight_g), 0)::bigint
      FROM stock sk
      JOIN item i ON i.id = sk.item_id
      WHERE sk.warehouse_id = pc.warehouse_id AND sk.place_id = pc.place_id
    )
  WHERE pc.place_id = p_parcel AND pc.state = 'open';
  SELECT ask_for_labels(ARRAY[p_parcel]);
  DELETE FROM parcel_line WHERE parcel_id = p_parcel;
  INSERT INTO parcel_line (parcel_id, order_line_id, qty)
  SELECT r.place_id, p.order_line_id, sum(r.qty)
  FROM reservation r
  JOIN promise p ON p.id = r.promise_id
  WHERE r.place_id = p_parcel AND r.ended_at IS NULL
  GROUP BY 1, 2;
  UPDATE shipment
  SET state = 'packing'
  WHERE state = 'picked' AND id = (SELECT shipment_id FROM parcel WHERE place_id = p_parcel);
  SELECT free_totes_of(shipment_id) FROM parcel WHERE place_id = p_parcel;
$$;

-- Where a shipment stands when a part of it is gone: its walks may be over, all that is left may be
-- in its open box, in labelled ones, or on the road; nothing left is nothing to send.
CREATE FUNCTION shipment_goes_on(p_shipment bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  left_over record;
BEGIN
  UPDATE trip t
  SET state = 'cancelled'
  WHERE t.state = 'open'
    AND t.id IN (SELECT trip_id FROM trip_shipment WHERE shipment_id = p_shipment)
    AND NOT EXISTS (
      SELECT 1
      FROM stop st
      JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
      WHERE st.trip_id = t.id
    );
  SELECT
    count(r.id) FILTER (WHERE pl.stores) AS in_bins,
    count(r.id) FILTER (WHERE NOT pl.stores AND pc.place_id IS NULL) AS in_totes,
    coalesce(sum(p.broken) + sum(p.open), 0) AS owed
  INTO left_over
  FROM shipment_line sl
  LEFT JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
  LEFT JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
  LEFT JOIN place pl ON pl.id = r.place_id
  LEFT JOIN parcel pc ON pc.place_id = r.place_id
  WHERE sl.shipment_id = p_shipment;
  UPDATE shipment s
  SET state = 'cancelled', reason = 'order_changed'
  WHERE id = p_shipment AND NOT EXISTS (SELECT 1 FROM shipment_line WHERE shipment_id = p_shipment);
  UPDATE shipment s
  SET state = 'picked'
  WHERE id = p_shipment
    AND state IN ('released', 'picking')
    AND left_over.in_bins = 0
    AND left_over.in_totes > 0
    AND NOT EXISTS (
      SELECT 1
      FROM trip_shipment ts
      JOIN trip t ON t.id = ts.trip_id AND t.state IN ('open', 'claimed')
      WHERE ts.shipment_id = p_shipment
    );
  -- An open box that nothing of it lies in any more is no parcel.
  UPDATE parcel pc
  SET state = 'void'
  WHERE pc.shipment_id = p_shipment
    AND pc.state = 'open'
    AND NOT EXISTS (
      SELECT 1
      FROM reservation r
      WHERE r.place_id = pc.place_id AND r.ended_at IS NULL
    );
  -- All that is left lies in an open box that nobody has in hand: it goes, unless something in it
  -- must stay.
  IF left_over.in_bins + left_over.in_totes + left_over.owed = 0 THEN
    PERFORM close_box(pc.place_id, NULL)
    FROM parcel pc
    WHERE pc.shipment_id = p_shipment
      AND pc.state = 'open'
      AND why_box_stays(pc.place_id) IS NULL
      AND NOT EXISTS (
        SELECT 1
        FROM in_hand ih
        WHERE ih.packed_shipment_id = p_shipment AND ih.signed_on
      );
    PERFORM sent_whole(ARRAY[p_shipment]);
  END IF;
  UPDATE shipment s
  SET state = 'packed'
  WHERE id = p_shipment
    AND state IN ('picking', 'picked', 'packing')
    AND left_over.in_bins + left_over.in_totes + left_over.owed = 0
    AND EXISTS (
      SELECT 1
      FROM parcel
      WHERE shipment_id = p_shipment AND state = 'labelled'
    )
    AND NOT EXISTS (
      SELECT 1
      FROM parcel
      WHERE shipment_id = p_shipment AND state IN ('open', 'closed')
    );
END $$;

-- Shipments that have left with all that was wanted of them are handed over, and their promises
-- kept; what is still owed keeps them open.
CREATE FUNCTION sent_whole(p_shipments bigint[]) RETURNS void LANGUAGE sql AS $$
  UPDATE shipment s
  SET state = 'handed_over'
  WHERE s.id = ANY (p_shipments)
    AND s.state NOT IN ('handed_over', 'cancelled')
    AND EXISTS (
      SELECT 1
      FROM parcel pc
      WHERE pc.shipment_id = s.id AND pc.state = 'handed_over'
    )
    AND NOT EXISTS (
      SELECT 1
      FROM parcel pc
      WHERE pc.shipment_id = s.id AND pc.state NOT IN ('handed_over', 'void')
    )
    AND NOT EXISTS (
      SELECT 1
      FROM shipment_line sl
      JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL AND p.shipped < p.qty
      WHERE sl.shipment_id = s.id
    );
  UPDATE promise p
  SET ended_at = now()
  FROM shipment_line sl
  JOIN shipment s ON s.id = sl.shipment_id
  WHERE p.shipment_line_id = sl.id
    AND p.ended_at IS NULL
    AND p.shipped = p.qty
    AND s.state = 'handed_over'
    AND s.id = ANY (p_shipments);
$$;

-- Parts of a shipment's order lines that are not tied to a place go into a shipment of their own:
-- one that is sent later, or one that is given up.
CREATE FUNCTION part_off(p_shipment bigint, p_lines bigint[], p_parts bigint[],
  p_gives_up boolean)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  s shipment;
  fresh bigint;
BEGIN
  SELECT *
  INTO s
  FROM shipment
  WHERE id = p_shipment
  FOR UPDATE;
  INSERT INTO shipment (
    warehouse_id, shipment_no, shop_id, carrier_id, service_id, transit_days, priority, cutoff_at,
    ordered_at, customer_id, receiver, state, reason
  )
  VALUES (
    s.warehouse_id,
    next_number('S', 'shipment_number', 7),
    s.shop_id,
    s.carrier_id,
    s.service_id,
    s.transit_days,
    s.priority,
    next_cutoff(s.warehouse_id, s.service_id),
    s.ordered_at,
    s.customer_id,
    s.receiver,
    CASE WHEN p_gives_up THEN 'cancelled' ELSE 'pending' END,
    CASE WHEN p_gives_up THEN 'given_up' ELSE '' END
  )
  RETURNING id
  INTO fresh;
  IF NOT p_gives_up THEN PERFORM copy_holds(p_shipment, fresh); END IF;
  PERFORM cut_line(p_shipment, u.line, u.part, fresh)
  FROM unnest(p_lines, p_parts) AS u(line, part);
  RETURN fresh;
END $$;

-- What of a shipment cannot be had goes later, in a shipment of its own, or is given up; the rest
-- goes now. On the floor it is what nobody found, before it what is not there in time. Returns the
-- other shipment; null: nothing of it is there, or nothing lacks.
CREATE FUNCTION split_rest(p_shipment bigint, p_gives_up boolean)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  s shipment;
  items bigint[];
  lines bigint[];
  parts bigint[];
  fresh bigint;
BEGIN
  SELECT array_agg(DISTINCT item_id)
  INTO items
  FROM shipment_line
  WHERE shipment_id = p_shipment;
  PERFORM lock_promise_gates(whole.warehouse_id, items)
  FROM shipment whole
  WHERE whole.id = p_shipment;
  SELECT *
  INTO s
  FROM shipment
  WHERE id = p_shipment
  FOR UPDATE;
  IF s.state = 'pending' THEN
    PERFORM make_needs(s.warehouse_id, ARRAY[p_shipment]);
    WITH need AS MATERIALIZED (
      SELECT *
      FROM wanted_by(s.warehouse_id, ARRAY[p_shipment])
    ), lack AS (
      SELECT n.line_id, n.qty - greatest(min(r.qty), 0) AS qty
      FROM need n
      JOIN promisable_until(s.warehouse_id, items, ARRAY(SELECT DISTINCT until FROM need)) r
        ON r.owner_id = n.owner_id
          AND r.item_id = n.item_id
          AND r.until <= n.until
      GROUP BY n.line_id, n.qty
      HAVING min(r.qty) < n.qty
    ), part AS (
      SELECT
        sh.order_line_id,
        least(
          sh.qty,
          k.qty - (
            sum(sh.qty) OVER (PARTITION BY k.line_id ORDER BY sh.order_line_id DESC) - sh.qty
          )
        ) AS qty
      FROM lack k
      JOIN share sh ON sh.shipment_line_id = k.line_id
    )
    SELECT array_agg(order_line_id ORDER BY order_line_id), array_agg(qty ORDER BY order_line_id)
    INTO lines, parts
    FROM part
    WHERE qty > 0;
  ELSIF s.state NOT IN ('ready', 'cancelled', 'handed_over') THEN
    SELECT array_agg(p.order_line_id ORDER BY p.id), array_agg(p.broken ORDER BY p.id)
    INTO lines, parts
    FROM shipment_line sl
    JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
    WHERE sl.shipment_id = p_shipment AND p.broken > 0;
  END IF;
  IF lines IS NULL
    OR (
      SELECT sum(qty)
      FROM shipment_line
      WHERE shipment_id = p_shipment
    ) <= (SELECT sum(q) FROM unnest(parts) q)
  THEN
    RETURN NULL;
  END IF;
  fresh := part_off(p_shipment, lines, parts, p_gives_up);
  PERFORM promise_shipments(s.warehouse_id, ARRAY[p_shipment, fresh]);
  RETURN fresh;
END $$;

-- A shipment travels longer or shorter now: what is promised to it needs other days.
CREATE FUNCTION need_anew(p_shipment bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO need (warehouse_id, item_id, service_id, transit_days, life_days, life_pct)
  SELECT DISTINCT n.warehouse_id, n.item_id, s.service_id, s.transit_days, n.life_days, n.life_pct
  FROM shipment s
  JOIN shipment_line sl ON sl.shipment_id = s.id
  JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
  JOIN need n ON n.id = p.need_id
  WHERE s.id = p_shipment
  ON CONFLICT ON CONSTRAINT need_once DO NOTHING;
  UPDATE promise p
  SET need_id = fresh.id
  FROM shipment s
  JOIN shipment_line sl ON sl.shipment_id = s.id,
    need n, need fresh
  WHERE s.id = p_shipment
    AND p.shipment_line_id = sl.id
    AND p.ended_at IS NULL
    AND n.id = p.need_id
    AND fresh.warehouse_id = n.warehouse_id
    AND fresh.item_id = n.item_id
    AND fresh.service_id = s.service_id
    AND fresh.transit_days = s.transit_days
    AND fresh.life_days = n.life_days
    AND fresh.life_pct = n.life_pct
    AND fresh.id <> n.id;
END $$;

-- The shop sends it to another address. A label that says the old one is void: it is made anew, its
-- box leaves the list of a truck, and who has that list in hand hears of it. What is on the road
-- already is an exception.
CREATE FUNCTION readdress(p_shipment bigint, p_whom jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  s shipment;
  boxes bigint[];
  code text;
BEGIN
  SELECT *
  INTO s
  FROM shipment
  WHERE id = p_shipment
  FOR UPDATE;
  IF s.receiver::jsonb = p_whom OR s.state = 'cancelled' THEN RETURN; END IF;
  -- What is enciphered anew at each reading is the same place while its token is.
  IF p_whom ->> 'token' <> '' AND s.receiver ->> 'token' = p_whom ->> 'token' THEN
    UPDATE shipment
    SET receiver = p_whom::json
    WHERE id = p_shipment;
    RETURN;
  END IF;
  IF s.state = 'handed_over' THEN
    INSERT INTO exception (warehouse_id, reason, subject, shipment_id)
    VALUES (s.warehouse_id, 'address_late', s.shipment_no, p_shipment)
    ON CONFLICT DO NOTHING;
    RETURN;
  END IF;
  UPDATE shipment
  SET receiver = p_whom::json, transit_days = transit_days_to(service_id, p_whom::json)
  WHERE id = p_shipment;
  PERFORM need_anew(p_shipment);
  -- What of it is on the road goes to where it was sent before.
  INSERT INTO exception (warehouse_id, reason, subject, shipment_id, detail)
  SELECT
    s.warehouse_id,
    'address_late',
    s.shipment_no,
    p_shipment,
    string_agg(sscc, ' ' ORDER BY sscc)
  FROM parcel
  WHERE shipment_id = p_shipment AND state = 'handed_over'
  HAVING count(*) > 0
  ON CONFLICT DO NOTHING;
  SELECT array_agg(place_id)
  INTO boxes
  FROM parcel
  WHERE shipment_id = p_shipment AND state = 'labelled';
  IF boxes IS NULL THEN RETURN; END IF;
  SELECT string_agg(sscc, ' ' ORDER BY sscc)
  INTO code
  FROM parcel
  WHERE place_id = ANY (boxes);
  INSERT INTO notice (person_id, text)
  SELECT
    ih.person_id,
    json_build_object(
      'key', 'notice-readdressed',
      'args', json_build_object(
        'shipment', json_build_object('plain', s.shipment_no), 'sscc',
        json_build_object('plain', code)
      )
    )
  FROM in_hand ih
  WHERE ih.list_id IN (
    SELECT hand_over_id
    FROM hand_over_parcel
    WHERE parcel_id = ANY (boxes)
  );
  DELETE FROM hand_over_parcel hp
  USING hand_over h
  WHERE h.id = hp.hand_over_id AND h.closed_at IS NULL AND hp.parcel_id = ANY (boxes);
  PERFORM void_labels(boxes);
  PERFORM ask_for_labels(boxes);
  UPDATE parcel
  SET state = 'closed'
  WHERE place_id = ANY (boxes);
  UPDATE shipment
  SET state = 'packing'
  WHERE id = p_shipment AND state = 'packed';
  INSERT INTO exception (warehouse_id, reason, subject, shipment_id, detail)
  VALUES (s.warehouse_id, 'readdressed', s.shipment_no, p_shipment, code)
  ON CONFLICT DO NOTHING;
END $$;

-- Puts one shipment's lines into another of the same warehouse and receiver: two orders, one
-- parcel.
CREATE FUNCTION merge_shipments(p_keep bigint, p_gone bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  a shipment;
  b shipment;
  l record;
  target bigint;
BEGIN
  PERFORM lock_promise_gates(
    (SELECT warehouse_id FROM shipment WHERE id = p_keep),
    (
      SELECT array_agg(DISTINCT item_id)
      FROM shipment_line
      WHERE shipment_id IN (p_keep, p_gone)
    )
  );
  PERFORM 1
  FROM shipment
  WHERE id IN (p_keep, p_gone)
  ORDER BY id
  FOR UPDATE;
  SELECT *
  INTO a
  FROM shipment
  WHERE id = p_keep;
  SELECT *
  INTO b
  FROM shipment
  WHERE id = p_gone;
  IF a.id = b.id
    OR a.warehouse_id <> b.warehouse_id
    OR a.carrier_id <> b.carrier_id
    OR a.receiver::text <> b.receiver::text
    OR a.state NOT IN ('pending', 'ready')
    OR b.state NOT IN ('pending', 'ready')
  THEN
    RAISE EXCEPTION 'these shipments cannot travel together' USING ERRCODE = '23514',
      CONSTRAINT = 'merge_fits';
  END IF;
  PERFORM end_promises(ARRAY[p_keep, p_gone]);
  FOR l IN SELECT * FROM shipment_line WHERE shipment_id = p_gone ORDER BY id LOOP
    INSERT INTO shipment_line (shipment_id, owner_id, item_id, qty)
    VALUES (p_keep, l.owner_id, l.item_id, l.qty)
    ON CONFLICT ON CONSTRAINT shipment_line_item_once
    DO UPDATE SET qty = shipment_line.qty + excluded.qty
    RETURNING id
    INTO target;
    INSERT INTO share (order_line_id, shipment_line_id, qty)
    SELECT order_line_id, target, qty
    FROM share
    WHERE shipment_line_id = l.id;
  END LOOP;
  UPDATE shipment
  SET state = 'cancelled', reason = 'merged'
  WHERE id = p_gone;
  PERFORM copy_holds(p_gone, p_keep);
  PERFORM end_holds(p_gone);
  UPDATE shipment
  SET state = 'pending'
  WHERE id = p_keep;
  PERFORM promise_shipments(a.warehouse_id, ARRAY[p_keep]);
END $$;
