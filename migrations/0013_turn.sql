-- The day's turn: what no longer keeps long enough is stopped where it is. Each function does a
-- part and says how much; what is done is found done, so a turn that was cut off is begun again.

-- Whose turn it is, by this token. Null: nobody's, or another has it.
CREATE FUNCTION claim_turn(p_lease_s double precision)
RETURNS TABLE (warehouse bigint, fencing_token bigint) LANGUAGE sql AS $$
  WITH due AS (
    SELECT dt.warehouse_id
    FROM day_turn dt
    WHERE dt.next_at <= site_now() AND coalesce(dt.lease_until, '-infinity') < now()
    ORDER BY dt.next_at, dt.warehouse_id
    LIMIT 1
    FOR UPDATE SKIP LOCKED
  )
  UPDATE day_turn dt
  SET
    lease_until = now() + make_interval(secs => p_lease_s),
    fencing_token = dt.fencing_token + 1
  FROM due
  WHERE dt.warehouse_id = due.warehouse_id
  RETURNING dt.warehouse_id, dt.fencing_token
$$;

-- The turn is done: the next is the earliest of midnight and the cut-offs that are still to come.
-- False: somebody else took it over.
CREATE FUNCTION end_turn(p_warehouse bigint, p_fencing_token bigint)
RETURNS boolean LANGUAGE sql AS $$
  WITH done AS (
    UPDATE day_turn dt
    SET
      turned_at = site_now(),
      lease_until = NULL,
      next_at = coalesce(
        (SELECT min(day_turns_at(p_warehouse, sv.id)) FROM carrier_service sv),
        site_now() + interval '1 hour'
      )
    WHERE dt.warehouse_id = p_warehouse AND dt.fencing_token = p_fencing_token
    RETURNING 1
  )
  SELECT EXISTS (SELECT 1 FROM done)
$$;

-- Items whose open promises do not all fit any more; nothing is locked yet.
CREATE FUNCTION items_overdue(p_warehouse bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
  SELECT b
  FROM promises_broken(
    p_warehouse,
    (
      SELECT array_agg(DISTINCT item_id)
      FROM promise
      WHERE warehouse_id = p_warehouse AND ended_at IS NULL AND open > 0
    )
  ) b
$$;

-- Reservations of goods that lie in a bin and do not keep long enough any more: at most so many, or
-- those of one stop. They look for other goods on the same trip; what finds none waits for a
-- person, and whoever walks there is told.
CREATE FUNCTION move_what_is_too_old(p_warehouse bigint, p_stop bigint, p_most bigint)
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
    FROM too_old old
    WHERE old.warehouse_id = p_warehouse
      AND old.in_bin
      AND (p_stop IS NULL OR old.stop_id = p_stop)
    ORDER BY old.id
    LIMIT p_most
  ) k;
  IF ids IS NULL THEN
    RETURN NEXT;
    RETURN;
  END IF;
  PERFORM lock_promise_gates(p_warehouse, items);
  FOR r IN
    SELECT v.id, v.promise_id, v.qty, st.trip_id, t.person_id, i.sku
    FROM reservation v
    JOIN promise p ON p.id = v.promise_id
    JOIN shipment_line sl ON sl.id = p.shipment_line_id
    JOIN shipment s ON s.id = sl.shipment_id
    JOIN item i ON i.id = v.item_id
    LEFT JOIN stop st ON st.id = v.stop_id
    LEFT JOIN trip t ON t.id = st.trip_id AND t.state = 'claimed'
    WHERE v.id = ANY (ids) AND v.ended_at IS NULL
    ORDER BY s.priority DESC, s.cutoff_at, v.id
    FOR UPDATE OF v
  LOOP
    UPDATE reservation
    SET qty = 0, ended_at = now()
    WHERE id = r.id;
    rest := reserve_again(r.promise_id, r.qty, r.trip_id);
    moved := moved + r.qty - rest;
    lost := lost + rest;
    IF rest > 0 THEN PERFORM not_found(r.promise_id, rest); END IF;
    IF r.person_id IS NOT NULL AND p_stop IS NULL THEN
      INSERT INTO notice (person_id, text)
      VALUES (
        r.person_id,
        json_build_object(
          'key', 'notice-too-old',
          'args', json_build_object('goods', json_build_object('plain', r.qty || ' × ' || r.sku))
        )
      );
    END IF;
  END LOOP;
  RETURN NEXT;
END $$;

-- Goods in totes and boxes that do not keep long enough any more: their shipments wait for a
-- person. An exception whose goods are gone or fit again is over.
CREATE FUNCTION say_what_is_too_old(p_warehouse bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  said bigint;
BEGIN
  UPDATE exception e
  SET done_at = now()
  WHERE e.warehouse_id = p_warehouse
    AND e.reason = 'out_of_date'
    AND e.done_at IS NULL
    AND NOT EXISTS (
      SELECT 1
      FROM too_old old
      WHERE old.shipment_id = e.shipment_id AND NOT old.in_bin
    );
  INSERT INTO exception (warehouse_id, reason, subject, shipment_id, item_id, lot_id, qty)
  SELECT
    p_warehouse, 'out_of_date', s.shipment_no, old.shipment_id, old.item_id, old.lot_id,
    sum(old.qty)
  FROM too_old old
  JOIN shipment s ON s.id = old.shipment_id
  WHERE old.warehouse_id = p_warehouse AND NOT old.in_bin
  GROUP BY s.shipment_no, old.shipment_id, old.item_id, old.lot_id
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS said = ROW_COUNT;
  RETURN said;
END $$;

-- Does a parcel hold goods that do not keep long enough: to leave with the next truck, or, once it
-- is brought to one, today?
CREATE FUNCTION parcel_too_old(p_parcel bigint, p_today boolean)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
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
  )
$$;
