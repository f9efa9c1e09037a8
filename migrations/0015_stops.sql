-- What a hold and the day's turn do to goods that are on their way: others in their place, or a
-- person who decides.

-- Why goods are held, as people read it: the newest live hold on them.
CREATE FUNCTION why_held(p_lot bigint, p_place bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT hd.hold_no || ' ' || hd.reason || CASE WHEN hd.note <> '' THEN ': ' || hd.note ELSE '' END
  FROM lot lo
  LEFT JOIN place pl ON pl.id = p_place AND pl.stores
  JOIN hold hd ON hd.lifted_at IS NULL
    AND CASE hd.subject
      WHEN 'lot' THEN hd.subject_id = lo.id
      WHEN 'item' THEN hd.subject_id = lo.item_id
      WHEN 'owner' THEN hd.subject_id = lo.owner_id
      ELSE hd.subject IN ('place', 'container')
        AND hd.subject_id IN (p_place, pl.parent_id, pl.bin_id)
    END
  WHERE lo.id = p_lot
  ORDER BY hd.id DESC
  LIMIT 1
$$;

-- Reservations of goods that lie in a bin and must not go on: at most so many, those of one stop,
-- or those of some items. They look for other goods on the same trip; what finds none waits for a
-- person, and whoever walks there is told.
CREATE FUNCTION move_what_is_stuck(p_warehouse bigint, p_stop bigint, p_items bigint[],
  p_most bigint)
RETURNS TABLE (moved bigint, lost bigint) LANGUAGE plpgsql AS $$
DECLARE
  ids bigint[];
  items bigint[];
  r record;
  rest bigint;
BEGIN
  moved := 0;
  lost := 0;
  SELECT array_agg(k.id), array_agg(DISTINCT k.item_id)
  INTO ids, items
  FROM (
    SELECT old.id, old.item_id
    FROM stuck old
    WHERE old.warehouse_id = p_warehouse
      AND old.in_bin
      AND (p_stop IS NULL OR old.stop_id = p_stop)
      AND (p_items IS NULL OR old.item_id = ANY (p_items))
    ORDER BY old.id
    LIMIT p_most
  ) k;
  IF ids IS NULL THEN
    RETURN NEXT;
    RETURN;
  END IF;
  PERFORM lock_promise_gates(p_warehouse, items);
  -- All of them before any stock row: the ledger locks in this order too.
  PERFORM 1
  FROM reservation
  WHERE id = ANY (ids) AND ended_at IS NULL
  ORDER BY id
  FOR UPDATE;
  FOR r IN
    SELECT
      v.id, v.promise_id, v.item_id, v.qty, st.trip_id, t.person_id, k.shipment_id, k.held,
      i.sku || ' ' || lo.number AS goods, why_held(v.lot_id, v.place_id) AS why
    FROM reservation v
    JOIN stuck k ON k.id = v.id
    JOIN promise p ON p.id = v.promise_id
    JOIN shipment_line sl ON sl.id = p.shipment_line_id
    JOIN shipment s ON s.id = sl.shipment_id
    JOIN item i ON i.id = v.item_id
    JOIN lot lo ON lo.id = v.lot_id
    LEFT JOIN stop st ON st.id = v.stop_id
    LEFT JOIN trip t ON t.id = st.trip_id AND t.state = 'claimed'
    WHERE v.id = ANY (ids) AND v.ended_at IS NULL
    ORDER BY s.priority DESC, s.cutoff_at, v.id
  LOOP
    UPDATE reservation
    SET qty = 0, ended_at = now()
    WHERE id = r.id;
    rest := reserve_again(r.promise_id, r.qty, r.trip_id);
    moved := moved + r.qty - rest;
    lost := lost + rest;
    IF rest > 0 THEN
      PERFORM not_found(r.promise_id, rest);
      UPDATE exception
      SET detail = r.why
      WHERE reason = 'not_found'
        AND shipment_id = r.shipment_id
        AND item_id = r.item_id
        AND done_at IS NULL
        AND r.why IS NOT NULL;
    END IF;
    IF r.person_id IS NOT NULL AND p_stop IS NULL THEN
      INSERT INTO notice (person_id, text)
      VALUES (
        r.person_id,
        json_build_object(
          'key', CASE WHEN r.held THEN 'notice-held' ELSE 'notice-too-old' END,
          'args', json_build_object('goods', json_build_object('plain', r.qty || ' × ' || r.goods))
        )
      );
    END IF;
  END LOOP;
  -- What they found may have been promised to others.
  PERFORM break_promises(p_warehouse, items);
  RETURN NEXT;
END $$;

-- Exceptions about goods that must not go on are over once those goods are gone from the shipment
-- or may go on again. Of one shipment, or of all.
CREATE FUNCTION end_unstuck(p_warehouse bigint, p_shipment bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE exception e
  SET done_at = now()
  WHERE e.warehouse_id = p_warehouse
    AND (p_shipment IS NULL OR e.shipment_id = p_shipment)
    AND e.reason IN ('out_of_date', 'goods_held')
    AND e.done_at IS NULL
    AND NOT EXISTS (
      SELECT 1
      FROM stuck old
      WHERE old.shipment_id = e.shipment_id
        AND old.item_id = e.item_id
        AND old.lot_id = e.lot_id
        AND NOT old.in_bin
        AND old.held = (e.reason = 'goods_held')
    )
$$;

-- Goods in totes and boxes that must not go on: their shipments wait for a person, and who has them
-- in hand, or on the truck's list, is told.
CREATE FUNCTION say_what_is_stuck(p_warehouse bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  said bigint := 0;
  shipments bigint[] := '{}';
  fresh exception;
BEGIN
  PERFORM end_unstuck(p_warehouse, NULL);
  FOR fresh IN
    INSERT INTO exception (
      warehouse_id, reason, subject, shipment_id, item_id, lot_id, qty, detail
    )
    SELECT
      p_warehouse,
      CASE WHEN old.held THEN 'goods_held' ELSE 'out_of_date' END,
      s.shipment_no,
      old.shipment_id,
      old.item_id,
      old.lot_id,
      sum(old.qty),
      concat_ws(
        ', ', string_agg(DISTINCT pl.code, ' '), max(why_held(old.lot_id, old.place_id))
      )
    FROM stuck old
    JOIN shipment s ON s.id = old.shipment_id
    JOIN place pl ON pl.id = old.place_id
    WHERE old.warehouse_id = p_warehouse AND NOT old.in_bin
    GROUP BY old.held, s.shipment_no, old.shipment_id, old.item_id, old.lot_id
    ON CONFLICT DO NOTHING
    RETURNING *
  LOOP
    said := said + 1;
    shipments := shipments || fresh.shipment_id;
    PERFORM tell_shipments_people(
      fresh.shipment_id,
      NULL,
      CASE fresh.reason WHEN 'goods_held' THEN 'notice-held-aside' ELSE 'notice-too-old' END,
      (
        SELECT fresh.qty || ' × ' || i.sku || ' ' || lo.number
        FROM lot lo
        JOIN item i ON i.id = lo.item_id
        WHERE lo.id = fresh.lot_id
      )
    );
  END LOOP;
  -- Nothing new: nothing to look for once more.
  IF said = 0 THEN RETURN 0; END IF;
  PERFORM take_off_lists(
    (
      SELECT array_agg(old.place_id)
      FROM stuck old
      WHERE old.shipment_id = ANY (shipments) AND NOT old.in_bin
    )
  );
  RETURN said;
END $$;

-- Goods of a shipment that must not go on are set aside: their totes and open boxes go to the
-- put-backs, and what they were promised to is open again. False: some lie in a box that is closed.
CREATE FUNCTION set_stuck_aside(p_shipment bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  w bigint;
  ids bigint[];
  boxes bigint[];
  is_open boolean;
BEGIN
  SELECT warehouse_id INTO w FROM shipment WHERE id = p_shipment;
  PERFORM lock_promise_gates(
    w,
    (SELECT array_agg(DISTINCT item_id) FROM shipment_line WHERE shipment_id = p_shipment)
  );
  PERFORM 1 FROM shipment WHERE id = p_shipment FOR UPDATE;
  SELECT
    array_agg(old.id),
    array_agg(DISTINCT old.place_id),
    coalesce(bool_and(coalesce(pc.state, 'open') = 'open'), true)
  INTO ids, boxes, is_open
  FROM stuck old
  LEFT JOIN parcel pc ON pc.place_id = old.place_id
  WHERE old.shipment_id = p_shipment AND NOT old.in_bin;
  IF NOT is_open THEN RETURN false; END IF;
  UPDATE reservation
  SET qty = 0, ended_at = now()
  WHERE id = ANY (ids);
  PERFORM put_back_from(w, coalesce(boxes, '{}'));
  RETURN true;
END $$;

-- Open boxes that nothing keeps from going any more go.
CREATE FUNCTION close_left_boxes() RETURNS void LANGUAGE sql AS $$
  SELECT shipment_goes_on(s.id)
  FROM parcel pc
  JOIN shipment s ON s.id = pc.shipment_id AND s.state = 'packing'
  WHERE pc.state = 'open'
  ORDER BY s.id
$$;

-- Parcels of what this hold is about stay here: they come off the lists of trucks, and who packs it
-- is told.
CREATE FUNCTION stop_held_parcels(p_hold_no text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  held bigint[];
BEGIN
  -- A list that is being closed has them locked: then they are gone, or it waits for us.
  SELECT array_agg(k.id)
  INTO held
  FROM (
    SELECT s.id
    FROM shipment s
    WHERE s.id IN (SELECT shipment_id FROM shipment_hold WHERE hold_no = p_hold_no)
    ORDER BY s.id
    FOR UPDATE
  ) k;
  PERFORM take_off_lists(array_agg(pc.place_id))
  FROM parcel pc
  WHERE pc.shipment_id = ANY (held) AND pc.state = 'labelled';
  INSERT INTO notice (person_id, text)
  SELECT
    ih.person_id,
    json_build_object(
      'key', 'notice-shipment-held',
      'args', json_build_object(
        'shipment', json_build_object('plain', s.shipment_no),
        'hold', json_build_object('plain', p_hold_no)
      )
    )
  FROM in_hand ih
  JOIN shipment s ON s.id = ih.packed_shipment_id
  WHERE s.id = ANY (held) AND ih.closed_parcel_id IS NULL;
END $$;

-- Holds something; returns the hold's number. Goods: from this moment nothing of them is promised,
-- planned or picked; what is reserved of them and not yet picked looks for others, what is in totes
-- and boxes is said, and promises that no longer fit are broken. What is to be sent keeps its
-- promise and its place: nothing more is promised to it, it is not released, and it is stopped at
-- the bench and at the truck.
CREATE FUNCTION add_hold(p_subject text, p_subject_id bigint, p_reason text, p_note text,
  p_by text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  no text;
  touched jsonb;
  k record;
  gone record;
BEGIN
  IF p_subject IN ('shipment', 'order', 'customer') THEN
    no := write_hold(p_subject, p_subject_id, p_reason, p_note, p_by);
    PERFORM stop_held_parcels(no);
    RETURN no;
  END IF;
  SELECT coalesce(jsonb_agg(x), '[]')
  INTO touched
  FROM (
    SELECT sk.warehouse_id, array_agg(DISTINCT sk.item_id) AS items
    FROM (
      SELECT of_item_sk.warehouse_id, of_item_sk.item_id
      FROM warehouse w
      JOIN stock of_item_sk ON of_item_sk.warehouse_id = w.id
      WHERE of_item_sk.item_id = CASE p_subject
          WHEN 'lot' THEN (SELECT item_id FROM lot WHERE id = p_subject_id)
          WHEN 'item' THEN p_subject_id
        END
        -- Each has an index of its own.
        AND (NOT of_item_sk.on_its_way OR (of_item_sk.on_its_way AND of_item_sk.on_hand > 0))
      UNION ALL
      SELECT own_sk.warehouse_id, own_sk.item_id
      FROM stock own_sk
      WHERE p_subject = 'owner' AND own_sk.owner_id = p_subject_id
      UNION ALL
      SELECT here_sk.warehouse_id, here_sk.item_id
      FROM (
        WITH RECURSIVE inside AS (
          SELECT id, warehouse_id
          FROM place
          WHERE id = p_subject_id AND p_subject IN ('place', 'container')
          UNION ALL
          SELECT pl.id, pl.warehouse_id
          FROM inside
          JOIN place pl ON pl.parent_id = inside.id
        )
        SELECT *
        FROM inside
      ) around
      JOIN stock here_sk
        ON here_sk.warehouse_id = around.warehouse_id
          AND here_sk.place_id = around.id
    ) sk
    GROUP BY sk.warehouse_id
    ORDER BY sk.warehouse_id
  ) x;
  FOR k IN
    SELECT *
    FROM jsonb_to_recordset(touched) AS x(warehouse_id bigint, items bigint[])
  LOOP
    PERFORM lock_promise_gates(k.warehouse_id, k.items);
  END LOOP;
  no := write_hold(p_subject, p_subject_id, p_reason, p_note, p_by);
  FOR k IN
    SELECT *
    FROM jsonb_to_recordset(touched) AS x(warehouse_id bigint, items bigint[])
  LOOP
    LOOP
      SELECT * INTO gone FROM move_what_is_stuck(k.warehouse_id, NULL, k.items, 1000);
      EXIT WHEN gone.moved + gone.lost = 0;
    END LOOP;
    PERFORM say_what_is_stuck(k.warehouse_id);
    PERFORM break_promises(k.warehouse_id, k.items);
  END LOOP;
  RETURN no;
END $$;

-- The holds that the program itself keeps on what it sends: an order that its shop holds, a
-- shipment that says to nobody where it goes. They come and go with their cause.
CREATE FUNCTION keep_holds(p_orders bigint[]) RETURNS void LANGUAGE sql AS $$
  WITH cause AS MATERIALIZED (
    SELECT 'order' AS subject, o.id, 'shop_holds' AS reason, o.shop_holds AS holds
    FROM orders o
    WHERE o.id = ANY (p_orders)
    UNION ALL
    SELECT DISTINCT
      'shipment', s.id, 'no_receiver',
      NOT receiver_known(s.receiver) AND s.state NOT IN ('handed_over', 'cancelled')
    FROM order_line ol
    JOIN share sh ON sh.order_line_id = ol.id
    JOIN shipment_line sl ON sl.id = sh.shipment_line_id
    JOIN shipment s ON s.id = sl.shipment_id
    WHERE ol.order_id = ANY (p_orders)
  ), lifted AS (
    UPDATE hold hd
    SET lifted_at = now(), lifted_by = 'system'
    FROM cause k
    WHERE NOT k.holds
      AND hd.subject = k.subject
      AND hd.subject_id = k.id
      AND hd.reason = k.reason
      AND hd.by = 'system'
      AND hd.lifted_at IS NULL
  )
  SELECT stop_held_parcels(write_hold(k.subject, k.id, k.reason, '', 'system'))
  FROM cause k
  WHERE k.holds
    AND NOT EXISTS (
      SELECT 1
      FROM hold hd
      WHERE hd.subject = k.subject
        AND hd.subject_id = k.id
        AND hd.reason = k.reason
        AND hd.lifted_at IS NULL
    );
  -- What has just been let go.
  SELECT close_left_boxes()
  WHERE EXISTS (
    SELECT 1
    FROM hold hd
    WHERE hd.lifted_at = now() AND hd.by = 'system'
  );
$$;

-- Lifts one hold; others on the same thing stay. False: there is none of this number, or it is
-- lifted already. What the program itself holds goes on when its cause is gone.
CREATE FUNCTION lift_hold(p_hold_no text, p_by text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1
    FROM hold
    WHERE hold_no = p_hold_no AND lifted_at IS NULL AND by = 'system'
  ) THEN
    RAISE EXCEPTION 'its cause holds it' USING ERRCODE = '23514', CONSTRAINT = 'hold_has_cause';
  END IF;
  UPDATE hold
  SET lifted_at = now(), lifted_by = p_by
  WHERE hold_no = p_hold_no AND lifted_at IS NULL;
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM say_what_is_stuck(w.id) FROM warehouse w;
  PERFORM close_left_boxes();
  RETURN true;
END $$;

-- Does a parcel hold goods that do not keep long enough: to leave with the next truck, or, once it
-- is brought to one, today?
CREATE FUNCTION parcel_too_old(p_parcel bigint, p_today boolean)
RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (
    SELECT 1
    FROM reservation r
    JOIN promise p ON p.id = r.promise_id
    JOIN need n ON n.id = p.need_id
    JOIN lot lo ON lo.id = r.lot_id
    WHERE r.place_id = p_parcel
      AND r.ended_at IS NULL
      AND lo.last_good_day < CASE
        WHEN p_today THEN needed_day_if_sent(n)
        ELSE needed_day(n)
      END
  );
END $$;

-- Does somebody hold what lies in a parcel, or the parcel itself? What was set aside and still lies
-- there counts too: nobody has taken it out yet.
CREATE FUNCTION parcel_held(p_parcel bigint) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN EXISTS (
    SELECT 1
    FROM place pl
    JOIN stock sk ON sk.warehouse_id = pl.warehouse_id AND sk.place_id = pl.id
    JOIN lot lo ON lo.id = sk.lot_id
    JOIN item i ON i.id = sk.item_id
    JOIN owner ow ON ow.id = sk.owner_id
    WHERE pl.id = p_parcel
      AND sk.on_hand > 0
      AND lo.holds + i.holds + ow.holds + pl.holds > 0
  );
END $$;

-- Why a box must not be closed, or sent, with what lies in it: 'shipment_held', 'held', 'too_old',
-- or 'strays', which are not for its shipment (any more). NULL: it may be.
-- In steps, so that a session plans each of them once.
CREATE FUNCTION why_box_stays(p_parcel bigint) RETURNS text LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_parcel parcel;
BEGIN
  SELECT * INTO v_parcel FROM parcel WHERE place_id = p_parcel;
  IF EXISTS (SELECT 1 FROM shipment_hold WHERE shipment_id = v_parcel.shipment_id) THEN
    RETURN 'shipment_held';
  END IF;
  IF parcel_held(p_parcel) THEN RETURN 'held'; END IF;
  IF parcel_too_old(p_parcel, false) THEN RETURN 'too_old'; END IF;
  IF EXISTS (
    SELECT 1
    FROM stock
    WHERE warehouse_id = v_parcel.warehouse_id
      AND place_id = v_parcel.place_id
      AND on_hand > reserved
  ) THEN
    RETURN 'strays';
  END IF;
  RETURN NULL;
END $$;

-- A container goes to another place, with its goods and whatever stands in it; reservations go
-- along. Where its goods may not be promised any more, promises that no longer fit are broken.
CREATE FUNCTION move_container(p_container bigint, p_to bigint, p_person bigint, p_command uuid)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  w bigint;
  items bigint[];
BEGIN
  SELECT warehouse_id INTO w FROM place WHERE id = p_container;
  SELECT array_agg(DISTINCT sk.item_id)
  INTO items
  FROM place pl
  JOIN stock sk ON sk.warehouse_id = pl.warehouse_id AND sk.place_id = pl.id AND sk.on_hand > 0
  WHERE p_container IN (pl.id, pl.parent_id);
  IF items IS NOT NULL THEN PERFORM lock_promise_gates(w, items); END IF;
  IF EXISTS (SELECT 1 FROM parcel WHERE place_id = p_container)
    OR (
      (SELECT bin_id FROM place WHERE id = p_to) IS NULL
      AND EXISTS (
        SELECT 1
        FROM place pl
        JOIN reservation r ON r.place_id = pl.id AND r.ended_at IS NULL
        WHERE p_container IN (pl.id, pl.parent_id) AND pl.stores
      )
    )
  THEN
    RAISE EXCEPTION 'no container stands there' USING ERRCODE = '23514',
      CONSTRAINT = 'container_stands_fit';
  END IF;
  INSERT INTO placement (
    warehouse_id, container_id, from_place, to_place, reason, person_id, command
  )
  SELECT w, pl.id, pl.parent_id, p_to, 'move', p_person, p_command
  FROM place pl
  WHERE pl.id = p_container AND pl.parent_id IS DISTINCT FROM p_to;
  IF items IS NOT NULL THEN
    PERFORM move_what_is_stuck(w, NULL, items, 1000);
    PERFORM break_promises(w, items);
  END IF;
END $$;
