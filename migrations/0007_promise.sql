-- Promise, release and what a short does. Each function locks the gates first and decides in a
-- later statement: a statement's snapshot is older than the lock it waits for.

CREATE FUNCTION lock_promise_gates(p_warehouse bigint, p_items bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO promise_gate (warehouse_id, owner_id, item_id)
  SELECT p_warehouse, owner_id, id
  FROM item
  WHERE id = ANY (p_items)
  ORDER BY 2, 3
  ON CONFLICT DO NOTHING;
  PERFORM 1
  FROM promise_gate
  WHERE warehouse_id = p_warehouse
    AND owner_id IN (SELECT owner_id FROM item WHERE id = ANY (p_items))
    AND item_id = ANY (p_items)
  ORDER BY owner_id, item_id
  FOR UPDATE;
END $$;

-- What is promised of items and not yet tied to a place, by the day that the goods must reach: each
-- need is asked once.
CREATE FUNCTION owed_by_day(p_warehouse bigint, p_items bigint[])
RETURNS TABLE (owner_id bigint, item_id bigint, until date, qty numeric) LANGUAGE sql STABLE AS $$
  SELECT k.owner_id, k.item_id, needed_day(n), k.qty
  FROM (
    SELECT p.owner_id, p.item_id, p.need_id, sum(p.open) AS qty
    FROM promise p
    WHERE p.warehouse_id = p_warehouse
      AND p.item_id = ANY (p_items)
      AND p.ended_at IS NULL
      AND p.open > 0
    GROUP BY 1, 2, 3
  ) k
  JOIN need n ON n.id = k.need_id
$$;

-- The guard itself: the items of these whose open promises fit no more. For every day on which a
-- promise ends: what is owed from that day on against what is free and good that long.
CREATE FUNCTION promises_broken(p_warehouse bigint, p_items bigint[])
RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
  WITH owed AS (
    SELECT
      owner_id,
      item_id,
      until,
      sum(sum(qty)) OVER (PARTITION BY owner_id, item_id ORDER BY until DESC) AS qty
    FROM owed_by_day(p_warehouse, p_items)
    GROUP BY 1, 2, 3
  ), broken AS (
    SELECT o.item_id
    FROM owed o
    LEFT JOIN sellable se
      ON se.warehouse_id = p_warehouse
        AND se.owner_id = o.owner_id
        AND se.item_id = o.item_id
        AND se.last_good_day >= o.until
    GROUP BY o.owner_id, o.item_id, o.until, o.qty
    HAVING o.qty > coalesce(sum(se.free), 0)
  )
  SELECT DISTINCT item_id
  FROM broken
  ORDER BY item_id
$$;
CREATE FUNCTION promises_kept(p_warehouse bigint, p_items bigint[])
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (SELECT 1 FROM promises_broken(p_warehouse, p_items))
$$;

-- Live reservations of goods that must not go on: held by somebody, or not keeping long enough any
-- more. By where the goods are: still in a bin (or on a pallet there), or on their way.
CREATE VIEW stuck AS
SELECT
  r.id, r.warehouse_id, r.item_id, r.lot_id, r.place_id, r.qty, r.stop_id, r.promise_id,
  sl.shipment_id, pl.stores AS in_bin, k.held
FROM reservation r
JOIN promise p ON p.id = r.promise_id
JOIN need n ON n.id = p.need_id
JOIN shipment_line sl ON sl.id = p.shipment_line_id
JOIN lot lo ON lo.id = r.lot_id
JOIN item i ON i.id = r.item_id
JOIN owner ow ON ow.id = r.owner_id
JOIN place pl ON pl.id = r.place_id
LEFT JOIN place carrier ON carrier.id = pl.parent_id AND pl.stores
LEFT JOIN place root ON root.id = pl.bin_id AND pl.stores
CROSS JOIN LATERAL (
  SELECT
    lo.holds + i.holds + ow.holds
      + pl.holds + coalesce(carrier.holds, 0) + coalesce(root.holds, 0) > 0 AS held
) k
WHERE r.ended_at IS NULL AND (k.held OR lo.last_good_day < needed_day(n));

-- What goods pending shipments need, as rules: rows that are not there yet are made, days that have
-- turned are worked out.
CREATE FUNCTION make_needs(p_warehouse bigint, p_shipments bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO need (warehouse_id, item_id, service_id, transit_days, life_days, life_pct)
  SELECT DISTINCT p_warehouse, k.item_id, k.service_id, k.transit_days, k.life_days, k.life_pct
  FROM line_need(p_warehouse, p_shipments) k
  ORDER BY 2, 3, 4, 5, 6
  ON CONFLICT ON CONSTRAINT need_once DO NOTHING;
  PERFORM turn_needs(
    p_warehouse,
    (
      SELECT array_agg(DISTINCT sl.item_id)
      FROM shipment_line sl
      WHERE sl.shipment_id = ANY (p_shipments)
    ),
    100000
  );
END $$;

-- The lines of pending shipments that nobody holds and nothing is promised to yet, and the life
-- that their goods must have left: the most that shop, customer and item ask.
CREATE FUNCTION line_need(p_warehouse bigint, p_shipments bigint[])
RETURNS TABLE (priority int, shipment_id bigint, line_id bigint, owner_id bigint, item_id bigint,
  qty bigint, service_id bigint, transit_days int, life_days int, life_pct int)
LANGUAGE sql STABLE AS $$
  SELECT
    s.priority,
    s.id,
    sl.id,
    sl.owner_id,
    sl.item_id,
    sl.qty,
    s.service_id,
    s.transit_days,
    greatest(sp.min_life_days, i.min_life_days, k.days),
    greatest(sp.min_life_pct, i.min_life_pct, k.pct)
  FROM shipment s
  JOIN shipment_line sl ON sl.shipment_id = s.id
  JOIN shop sp ON sp.id = s.shop_id
  JOIN item i ON i.id = sl.item_id
  CROSS JOIN LATERAL (
    SELECT max(cu.min_life_days) AS days, max(cu.min_life_pct) AS pct
    FROM share sh
    JOIN order_line ol ON ol.id = sh.order_line_id
    JOIN orders o ON o.id = ol.order_id
    JOIN customer cu ON cu.id = o.customer_id
    WHERE sh.shipment_line_id = sl.id
  ) k
  WHERE s.id = ANY (p_shipments)
    AND s.warehouse_id = p_warehouse
    AND s.state = 'pending'
    AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = s.id)
    AND NOT EXISTS (
      SELECT 1
      FROM promise p
      WHERE p.shipment_line_id = sl.id AND p.ended_at IS NULL
    )
$$;

-- What pending shipments ask for, line by line, and until which day it must be good; first come
-- first.
CREATE FUNCTION wanted_by(p_warehouse bigint, p_shipments bigint[])
RETURNS TABLE (rank bigint, shipment_id bigint, line_id bigint, owner_id bigint, item_id bigint,
  qty bigint, until date, need_id bigint)
LANGUAGE sql STABLE AS $$
  WITH line AS MATERIALIZED (
    SELECT *
    FROM line_need(p_warehouse, p_shipments)
  ), day AS MATERIALIZED (
    SELECT k.*, n.id AS need_id, needed_day(n) AS until
    FROM (
      SELECT DISTINCT item_id, service_id, transit_days, life_days, life_pct
      FROM line
    ) k
    JOIN need n
      ON n.warehouse_id = p_warehouse
        AND n.item_id = k.item_id
        AND n.service_id = k.service_id
        AND n.transit_days = k.transit_days
        AND n.life_days = k.life_days
        AND n.life_pct = k.life_pct
  )
  SELECT
    dense_rank() OVER (ORDER BY l.priority DESC, l.shipment_id),
    l.shipment_id,
    l.line_id,
    l.owner_id,
    l.item_id,
    l.qty,
    d.until,
    d.need_id
  FROM line l
  JOIN day d USING (item_id, service_id, transit_days, life_days, life_pct)
$$;

-- What can still be promised of items that is good until a day, for every day that matters: those
-- on which promises end, and the given ones. What is promised until a later day counts too.
CREATE FUNCTION promisable_until(p_warehouse bigint, p_items bigint[], p_days date[])
RETURNS TABLE (owner_id bigint, item_id bigint, until date, qty numeric) LANGUAGE sql STABLE AS $$
  WITH owed AS MATERIALIZED (
    SELECT o.owner_id, o.item_id, o.until, sum(o.qty) AS qty
    FROM owed_by_day(p_warehouse, p_items) o
    GROUP BY 1, 2, 3
  ), lots AS MATERIALIZED (
    SELECT se.owner_id, se.item_id, se.last_good_day, sum(se.free) AS qty
    FROM sellable se
    WHERE se.warehouse_id = p_warehouse AND se.item_id = ANY (p_items)
    GROUP BY 1, 2, 3
  ), day AS (
    SELECT i.owner_id, i.id AS item_id, d AS until
    FROM item i
    CROSS JOIN unnest(p_days) d
    WHERE i.id = ANY (p_items)
    UNION
    SELECT o.owner_id, o.item_id, o.until
    FROM owed o
  )
  SELECT
    d.owner_id,
    d.item_id,
    d.until,
    coalesce(
      (
        SELECT sum(l.qty)
        FROM lots l
        WHERE l.owner_id = d.owner_id AND l.item_id = d.item_id AND l.last_good_day >= d.until
      ),
      0
    ) - coalesce(
      (
        SELECT sum(o.qty)
        FROM owed o
        WHERE o.owner_id = d.owner_id AND o.item_id = d.item_id AND o.until >= d.until
      ),
      0
    )
  FROM day d
$$;

-- Promises whole shipments, first come first served; returns those that got it. Each pass promises
-- what fits even if all before it had got theirs, and sends away what does not fit even alone; that
-- is what one at a time would decide, because whoever is promised early left room for everybody
-- before. What is in between is looked at again: rarely more than once.
CREATE FUNCTION promise_shipments(p_warehouse bigint, p_shipments bigint[])
RETURNS SETOF bigint LANGUAGE plpgsql AS $$
DECLARE
  open_ids bigint[] := p_shipments;
  items bigint[];
  got bigint[];
  without bigint[];
BEGIN
  SELECT array_agg(DISTINCT item_id)
  INTO items
  FROM shipment_line
  WHERE shipment_id = ANY (p_shipments);
  PERFORM lock_promise_gates(p_warehouse, items);
  PERFORM 1
  FROM shipment
  WHERE id = ANY (p_shipments)
  ORDER BY id
  FOR UPDATE;
  PERFORM make_needs(p_warehouse, p_shipments);
  WHILE open_ids <> '{}' LOOP
    WITH line AS MATERIALIZED (
      SELECT *
      FROM wanted_by(p_warehouse, open_ids)
    ), room AS MATERIALIZED (
      SELECT *
      FROM promisable_until(p_warehouse, items, ARRAY(SELECT DISTINCT until FROM line))
    ), running AS (
      SELECT
        l.shipment_id,
        l.qty,
        r.qty AS room,
        sum(l.qty) OVER (PARTITION BY r.owner_id, r.item_id, r.until ORDER BY l.rank) AS upto
        -- A line that came after the gates were chosen has no room here: it is looked at again
        -- later.
      FROM line l
      LEFT JOIN room r ON r.owner_id = l.owner_id AND r.item_id = l.item_id AND r.until <= l.until
    ), verdict AS (
      SELECT
        shipment_id,
        bool_and(coalesce(upto <= room, false)) AS fits,
        bool_and(coalesce(qty <= room, false)) AS alone
      FROM running
      GROUP BY 1
    )
    SELECT
      coalesce(array_agg(shipment_id ORDER BY shipment_id) FILTER (WHERE fits), '{}'),
      coalesce(array_agg(shipment_id) FILTER (WHERE NOT alone), '{}'),
      coalesce(array_agg(shipment_id) FILTER (WHERE alone AND NOT fits), '{}')
    INTO got, without, open_ids
    FROM verdict;
    INSERT INTO promise (
      order_line_id, shipment_line_id, warehouse_id, owner_id, item_id, need_id, qty
    )
    SELECT sh.order_line_id, l.line_id, p_warehouse, l.owner_id, l.item_id, l.need_id, sh.qty
    FROM wanted_by(p_warehouse, got) l
    JOIN share sh ON sh.shipment_line_id = l.line_id
    ORDER BY l.rank, l.line_id;
    UPDATE shipment
    SET state = 'ready', reason = ''
    WHERE id = ANY (got);
    UPDATE exception
    SET done_at = now()
    WHERE shipment_id = ANY (got) AND reason = 'broken_promise' AND done_at IS NULL;
    UPDATE shipment
    SET reason = 'no_stock'
    WHERE id = ANY (without) AND reason = '';
    RETURN QUERY SELECT unnest(got);
  END LOOP;
  -- Of some what was without a promise has gone to another shipment: the rest has all it needs.
  RETURN QUERY
    UPDATE shipment s
    SET state = 'ready', reason = ''
    WHERE s.id = ANY (p_shipments)
      AND s.state = 'pending'
      AND s.warehouse_id = p_warehouse
      AND EXISTS (SELECT 1 FROM shipment_line sl WHERE sl.shipment_id = s.id)
      AND NOT EXISTS (
        SELECT 1
        FROM shipment_line sl
        WHERE sl.shipment_id = s.id
          AND NOT EXISTS (
            SELECT 1
            FROM promise p
            WHERE p.shipment_line_id = sl.id AND p.ended_at IS NULL
          )
      )
    RETURNING s.id;
END $$;

-- A shipment that nobody has begun and nothing is promised to goes to another warehouse.
CREATE FUNCTION send_from(p_shipments bigint[], p_warehouse bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE shipment s
  SET
    warehouse_id = p_warehouse,
    cutoff_at = least(
      (
        SELECT min(o.ship_by)
        FROM shipment_line sl
        JOIN share sh ON sh.shipment_line_id = sl.id
        JOIN order_line ol ON ol.id = sh.order_line_id
        JOIN orders o ON o.id = ol.order_id
        WHERE sl.shipment_id = s.id
      ),
      next_cutoff(p_warehouse, s.service_id)
    )
  WHERE s.id = ANY (p_shipments) AND s.warehouse_id <> p_warehouse AND s.state = 'pending'
$$;

-- Promises whole shipments where they can be had: in the warehouses of their route, in its order.
-- What none has whole is parted over several, if the route permits it and all of it is there; else
-- it waits in the first. Returns those that got it. What has something promised already, or holds
-- several orders, stays where it is.
CREATE FUNCTION promise_anywhere(p_shipments bigint[])
RETURNS SETOF bigint LANGUAGE plpgsql AS $$
DECLARE
  choice jsonb;
  k record;
  got bigint[];
  all_got bigint[] := '{}';
BEGIN
  SELECT jsonb_agg(x)
  INTO choice
  FROM (
    SELECT
      s.id, c.n, c.warehouse_id, fixed.fixed, (r.route).parts, coalesce((r.route).code, '') AS route
    FROM shipment s
    CROSS JOIN LATERAL (
      SELECT
        count(DISTINCT ol.order_id) > 1
          OR EXISTS (
            SELECT 1
            FROM shipment_line sl
            JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
            WHERE sl.shipment_id = s.id
          ) AS fixed
      FROM shipment_line sl
      JOIN share sh ON sh.shipment_line_id = sl.id
      JOIN order_line ol ON ol.id = sh.order_line_id
      WHERE sl.shipment_id = s.id
    ) fixed
    CROSS JOIN LATERAL (SELECT route_to(s.shop_id, s.receiver) AS route) r
    CROSS JOIN LATERAL (
      SELECT rw.n, rw.warehouse_id
      FROM route_warehouses((r.route).id) rw
      WHERE NOT fixed.fixed
      UNION ALL
      SELECT 1, s.warehouse_id
      WHERE fixed.fixed
    ) c
    WHERE s.id = ANY (p_shipments) AND s.state = 'pending'
  ) x;
  -- All gates at once and in order, before anything is looked at.
  PERFORM lock_promise_gates(g.warehouse_id, g.items)
  FROM (
    SELECT x.warehouse_id, array_agg(DISTINCT sl.item_id) AS items
    FROM jsonb_to_recordset(choice) AS x(id bigint, warehouse_id bigint)
    JOIN shipment_line sl ON sl.shipment_id = x.id
    GROUP BY x.warehouse_id
    ORDER BY x.warehouse_id
  ) g;
  FOR k IN
    SELECT x.n, x.warehouse_id, array_agg(x.id ORDER BY x.id) AS ids
    FROM jsonb_to_recordset(choice) AS x(id bigint, n bigint, warehouse_id bigint)
    GROUP BY x.n, x.warehouse_id
    ORDER BY x.n, x.warehouse_id
  LOOP
    k.ids := ARRAY(SELECT id FROM unnest(k.ids) id WHERE id <> ALL (all_got));
    CONTINUE WHEN k.ids = '{}';
    PERFORM send_from(k.ids, k.warehouse_id);
    got := ARRAY(SELECT promise_shipments(k.warehouse_id, k.ids));
    all_got := all_got || got;
    RETURN QUERY SELECT unnest(got);
  END LOOP;
  UPDATE shipment s
  SET route = x.route, chosen = CASE x.n WHEN 1 THEN 'first' ELSE 'further' END
  FROM jsonb_to_recordset(choice)
    AS x(id bigint, n bigint, warehouse_id bigint, fixed boolean, route text)
  WHERE s.id = x.id
    AND s.warehouse_id = x.warehouse_id
    AND s.id = ANY (all_got)
    AND NOT x.fixed
    AND (s.route, s.chosen = 'first') IS DISTINCT FROM (x.route, x.n = 1);
  -- Back to the first choice; parts where they are permitted.
  FOR k IN
    SELECT x.id, x.warehouse_id, x.parts, x.route
    FROM jsonb_to_recordset(choice)
      AS x(id bigint, n bigint, warehouse_id bigint, fixed boolean, parts boolean, route text)
    WHERE x.n = 1 AND NOT x.fixed AND x.id <> ALL (all_got)
    ORDER BY x.id
  LOOP
    PERFORM send_from(ARRAY[k.id], k.warehouse_id);
    UPDATE shipment SET route = k.route, chosen = 'first'
    WHERE id = k.id AND (route, chosen) <> (k.route, 'first');
    IF k.parts THEN
      RETURN QUERY SELECT part_over(
        k.id,
        ARRAY(
          SELECT x.warehouse_id
          FROM jsonb_to_recordset(choice) AS x(id bigint, n bigint, warehouse_id bigint)
          WHERE x.id = k.id
          ORDER BY x.n
        )
      );
    END IF;
  END LOOP;
END $$;

-- Parts a shipment over several warehouses, if all of it is there: each gives what it can of each
-- line, in this order. Returns the shipments that are promised then; none: something is nowhere.
CREATE FUNCTION part_over(p_shipment bigint, p_warehouses bigint[])
RETURNS SETOF bigint LANGUAGE plpgsql AS $$
DECLARE
  plan jsonb;
  k record;
  part bigint;
  items bigint[];
BEGIN
  items := ARRAY(SELECT item_id FROM shipment_line WHERE shipment_id = p_shipment);
  FOR k IN SELECT unnest(p_warehouses) AS warehouse_id LOOP
    PERFORM send_from(ARRAY[p_shipment], k.warehouse_id);
    PERFORM make_needs(k.warehouse_id, ARRAY[p_shipment]);
    WITH line AS MATERIALIZED (
      SELECT *
      FROM wanted_by(k.warehouse_id, ARRAY[p_shipment])
    ), here AS (
      SELECT l.line_id, greatest(min(r.qty), 0) AS qty
      FROM line l
      JOIN promisable_until(k.warehouse_id, items, ARRAY(SELECT DISTINCT until FROM line)) r
        ON r.owner_id = l.owner_id AND r.item_id = l.item_id AND r.until <= l.until
      GROUP BY l.line_id
    )
    SELECT
      coalesce(plan, '[]') || coalesce(
        jsonb_agg(jsonb_build_object('w', k.warehouse_id, 'line', line_id, 'qty', qty)), '[]'
      )
    INTO plan
    FROM here
    WHERE qty > 0;
  END LOOP;
  PERFORM send_from(ARRAY[p_shipment], p_warehouses[1]);
  IF EXISTS (
    SELECT 1
    FROM shipment_line sl
    WHERE sl.shipment_id = p_shipment
      AND sl.qty > (
        SELECT coalesce(sum(x.qty), 0)
        FROM jsonb_to_recordset(plan) AS x(line bigint, qty bigint)
        WHERE x.line = sl.id
      )
  ) THEN
    RETURN;
  END IF;
  -- The first gives first; what it lacks goes to the next, and so on. The shipment itself keeps
  -- what its first warehouse has.
  FOR k IN
    SELECT o.warehouse_id, array_agg(cut.order_line_id) AS lines, array_agg(cut.qty) AS parts
    FROM unnest(p_warehouses) WITH ORDINALITY AS o(warehouse_id, n)
    JOIN parts_of(p_shipment, p_warehouses, plan) cut ON cut.warehouse_id = o.warehouse_id
    WHERE o.n > 1
    GROUP BY o.n, o.warehouse_id
    ORDER BY o.n
  LOOP
    part := part_off(p_shipment, k.lines, k.parts, false);
    PERFORM send_from(ARRAY[part], k.warehouse_id);
    UPDATE shipment s
    SET route = first_s.route, chosen = 'parts'
    FROM shipment first_s
    WHERE first_s.id = p_shipment AND s.id IN (part, p_shipment);
    RETURN QUERY SELECT promise_shipments(k.warehouse_id, ARRAY[part]);
  END LOOP;
  RETURN QUERY SELECT promise_shipments(p_warehouses[1], ARRAY[p_shipment]);
END $$;

-- How much of which order line each warehouse gives, by running sums over its lines' shares.
CREATE FUNCTION parts_of(p_shipment bigint, p_warehouses bigint[], p_plan jsonb)
RETURNS TABLE (warehouse_id bigint, order_line_id bigint, qty bigint) LANGUAGE sql STABLE AS $$
  WITH wanted AS (
    SELECT
      sl.id AS line_id, sh.order_line_id, sh.qty,
      sum(sh.qty) OVER (PARTITION BY sl.id ORDER BY sh.order_line_id) AS hi
    FROM shipment_line sl
    JOIN share sh ON sh.shipment_line_id = sl.id
    WHERE sl.shipment_id = p_shipment
  ), given AS (
    SELECT
      x.w, x.line, x.qty,
      sum(x.qty) OVER (PARTITION BY x.line ORDER BY array_position(p_warehouses, x.w)) AS hi
    FROM jsonb_to_recordset(p_plan) AS x(w bigint, line bigint, qty bigint)
  )
  SELECT
    g.w,
    want.order_line_id,
    (least(want.hi, g.hi) - greatest(want.hi - want.qty, g.hi - g.qty))::bigint
  FROM wanted want
  JOIN given g ON g.line = want.line_id AND g.hi > want.hi - want.qty AND want.hi > g.hi - g.qty
$$;

-- Ends the promises of shipments that are not yet on the floor.
CREATE FUNCTION end_promises(p_shipments bigint[]) RETURNS void LANGUAGE sql AS $$
  UPDATE promise
  SET ended_at = now()
  WHERE ended_at IS NULL
    AND reserved = 0
    AND shipment_line_id IN (SELECT id FROM shipment_line WHERE shipment_id = ANY (p_shipments))
$$;

-- What release decided, line by line, before it counts. Emptied when the wave is out: scratch, so
-- neither logged nor keyed.
CREATE UNLOGGED TABLE wave_plan (
  wave_id     bigint NOT NULL,
  shipment_id bigint NOT NULL,
  promise_id  bigint NOT NULL,
  owner_id    bigint NOT NULL,
  item_id     bigint NOT NULL,
  place_id    bigint NOT NULL,
  lot_id      bigint NOT NULL,
  qty         bigint NOT NULL,
  trip_id     bigint,
  stop_id     bigint
);

-- The day by which a lot takes its turn: within an item's window, counted from the day that is
-- needed, lots rank equal, and the walk decides.
CREATE FUNCTION fefo_rank(p_last_good date, p_needed date, p_window_days int)
RETURNS date LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN p_window_days = 0 OR NOT isfinite(p_last_good) OR NOT isfinite(p_needed) THEN p_last_good
    ELSE p_last_good - (p_last_good - p_needed) % (p_window_days + 1)
  END
$$;

-- Plans a wave's reservations. Lines that need the freshest goods choose first and each takes the
-- goods that expire first among those good enough: eligibility is nested by day, so this fits
-- whenever anything fits. One pass per distinct day of an item.
CREATE FUNCTION plan_wave(p_wave bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  w bigint;
  classes bigint;
BEGIN
  SELECT warehouse_id
  INTO w
  FROM wave
  WHERE id = p_wave;
  PERFORM lock_promise_gates(
    w,
    (
      SELECT array_agg(DISTINCT sl.item_id)
      FROM shipment s
      JOIN shipment_line sl ON sl.shipment_id = s.id
      WHERE s.wave_id = p_wave
    )
  );
  SELECT max(days)
  INTO classes
  FROM (
    SELECT count(DISTINCT needed_day(n)) AS days
    FROM (
      SELECT DISTINCT p.owner_id, p.need_id
      FROM shipment s
      JOIN shipment_line sl ON sl.shipment_id = s.id
      JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
      WHERE s.wave_id = p_wave
    ) d
    JOIN need n ON n.id = d.need_id
    GROUP BY d.owner_id, n.item_id
  ) k;
  FOR pass IN 1..classes LOOP
    INSERT INTO wave_plan (
      wave_id, shipment_id, promise_id, owner_id, item_id, place_id, lot_id, qty
    ) WITH asked_for AS MATERIALIZED (
      SELECT
        p.id, p.owner_id, p.item_id, p.need_id, p.open AS qty, s.priority, s.cutoff_at,
        s.id AS shipment_id
      FROM shipment s
      JOIN shipment_line sl ON sl.shipment_id = s.id
      JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
      WHERE s.wave_id = p_wave
    ), day AS MATERIALIZED (
      SELECT k.need_id, needed_day(n) AS day
      FROM (SELECT DISTINCT need_id FROM asked_for) k
      JOIN need n ON n.id = k.need_id
    ), line AS (
      SELECT
        a.*,
        d.day,
        dense_rank() OVER (PARTITION BY a.owner_id, a.item_id ORDER BY d.day DESC) AS class
      FROM asked_for a
      JOIN day d ON d.need_id = a.need_id
    ), needed AS (
      SELECT
        *,
        sum(qty) OVER (
          PARTITION BY owner_id, item_id
          ORDER BY priority DESC, cutoff_at, shipment_id, id
        ) AS hi
      FROM line
      WHERE qty > 0 AND class = pass
    ), taken AS (
      SELECT place_id, lot_id, sum(qty) AS qty
      FROM wave_plan
      WHERE wave_id = p_wave
      GROUP BY 1, 2
    ), asked AS (SELECT DISTINCT owner_id, item_id, day FROM needed), lots AS (
      SELECT
        se.owner_id,
        se.item_id,
        se.place_id,
        se.lot_id,
        se.free - coalesce(t.qty, 0) AS qty,
        se.last_good_day,
        se.seq,
        fefo_rank(se.last_good_day, a.day, i.fefo_window_days) AS rank_day
      FROM asked a
      JOIN sellable se
        ON se.warehouse_id = w
          AND se.owner_id = a.owner_id
          AND se.item_id = a.item_id
          AND se.last_good_day >= a.day
          AND se.pickable
      JOIN item i ON i.id = se.item_id
      LEFT JOIN taken t ON t.place_id = se.place_id AND t.lot_id = se.lot_id
    ), offered AS (
      SELECT
        *,
        sum(qty) OVER (
          PARTITION BY owner_id, item_id
          ORDER BY rank_day, seq, place_id, lot_id
        ) AS hi
      FROM lots
      WHERE qty > 0
    )
    SELECT
      p_wave,
      n.shipment_id,
      n.id,
      n.owner_id,
      n.item_id,
      o.place_id,
      o.lot_id,
      (least(n.hi, o.hi) - greatest(n.hi - n.qty, o.hi - o.qty))::bigint
    FROM needed n
    JOIN offered o
      ON o.owner_id = n.owner_id
        AND o.item_id = n.item_id
        AND o.hi > n.hi - n.qty
        AND n.hi > o.hi - o.qty;
  END LOOP;
END $$;

-- Shipments that the plan does not serve whole stay behind with the reason "short"; where the shop
-- takes parts, what lacks is parted off and waits, and the rest goes. Returns the units that lack.
CREATE FUNCTION leave_short(p_wave bigint, p_rehearsed boolean)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  behind bigint[];
  missing bigint;
BEGIN
  WITH ship AS (
    SELECT shipment_id, sum(wanted) AS wanted, sum(got) AS got
    FROM (
      SELECT sl.shipment_id, p.open AS wanted, 0 AS got
      FROM shipment s
      JOIN shipment_line sl ON sl.shipment_id = s.id
      JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
      WHERE s.wave_id = p_wave
      UNION ALL
      SELECT shipment_id, 0, qty
      FROM wave_plan
      WHERE wave_id = p_wave
    ) k
    GROUP BY 1
    HAVING sum(wanted) > sum(got) OR sum(got) = 0
  )
  SELECT coalesce(array_agg(s.id), '{}'), coalesce(sum(k.wanted - k.got), 0)
  INTO behind, missing
  FROM ship k
  JOIN shipment s ON s.id = k.shipment_id
  JOIN shop sp ON sp.id = s.shop_id
  WHERE k.got = 0 OR NOT sp.permits_parts;
  IF behind <> '{}' THEN
    UPDATE shipment
    SET wave_id = NULL, reason = 'short'
    WHERE id = ANY (behind);
    DELETE FROM wave_plan WHERE wave_id = p_wave AND shipment_id = ANY (behind);
  END IF;
  -- What is only tried takes no number.
  IF p_rehearsed THEN RETURN missing; END IF;
  PERFORM part_off(k.shipment_id, k.lines, k.parts, false)
  FROM (
    SELECT
      sl.shipment_id,
      array_agg(p.order_line_id ORDER BY p.id) AS lines,
      array_agg(p.open - coalesce(g.qty, 0) ORDER BY p.id) AS parts
    FROM shipment s
    JOIN shipment_line sl ON sl.shipment_id = s.id
    JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
    LEFT JOIN (
      SELECT promise_id, sum(qty)::bigint AS qty
      FROM wave_plan
      WHERE wave_id = p_wave
      GROUP BY 1
    ) g ON g.promise_id = p.id
    WHERE s.wave_id = p_wave AND p.open > coalesce(g.qty, 0)
    GROUP BY sl.shipment_id
    ORDER BY sl.shipment_id
  ) k;
  UPDATE wave
  SET short_units = missing
  WHERE id = p_wave;
  RETURN missing;
END $$;

-- The stops of the walks that were cut for a wave: which shipment goes with which walk comes in
-- pairs. Nothing here is looked up row by row, and a plan made for few rows would do just that.
CREATE FUNCTION cut_trips(p_wave bigint, p_trips bigint[], p_shipments bigint[],
  p_walks bigint[], p_bins bigint[], p_numbers int[])
RETURNS void LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
  UPDATE wave_plan wp
  SET trip_id = u.trip_id
  FROM unnest(p_trips, p_shipments) AS u(trip_id, shipment_id)
  WHERE wp.wave_id = p_wave AND wp.shipment_id = u.shipment_id;
  WITH made AS (
    INSERT INTO stop (trip_id, place_id, item_id, lot_id, walk)
    SELECT DISTINCT k.trip_id, k.place_id, k.item_id, k.lot_id, coalesce(u.n, 0)
    FROM (
      -- Few of all places are in a wave: these are looked up.
      SELECT wp.*, (SELECT pl.bin_id FROM place pl WHERE pl.id = wp.place_id) AS bin_id
      FROM wave_plan wp
      WHERE wp.wave_id = p_wave
    ) k
    LEFT JOIN unnest(p_walks, p_bins, p_numbers) AS u(trip_id, bin_id, n)
      ON u.trip_id = k.trip_id AND u.bin_id = k.bin_id
    RETURNING id, trip_id, place_id, item_id, lot_id
  )
  UPDATE wave_plan wp
  SET stop_id = m.id
  FROM made m
  WHERE wp.wave_id = p_wave
    AND wp.trip_id = m.trip_id
    AND wp.place_id = m.place_id
    AND wp.item_id = m.item_id
    AND wp.lot_id = m.lot_id;
END $$;

-- Makes the plan true, on its stops.
CREATE FUNCTION reserve_wave(p_wave bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  w bigint;
  windowed bigint[];
BEGIN
  SELECT warehouse_id
  INTO w
  FROM wave
  WHERE id = p_wave;
  INSERT INTO reservation (
    promise_id, warehouse_id, place_id, owner_id, item_id, lot_id, qty, stop_id
  )
  SELECT promise_id, w, place_id, owner_id, item_id, lot_id, qty, stop_id
  FROM wave_plan
  WHERE wave_id = p_wave
  ORDER BY place_id, item_id, lot_id, promise_id;
  SELECT array_agg(DISTINCT i.id)
  INTO windowed
  FROM wave_plan wp
  JOIN item i ON i.id = wp.item_id
  WHERE wp.wave_id = p_wave AND i.fefo_window_days > 0;
  IF windowed IS NOT NULL AND NOT promises_kept(w, windowed) THEN
    RAISE EXCEPTION 'a FEFO window would break a promise' USING ERRCODE = '23514',
      CONSTRAINT = 'promise_kept';
  END IF;
  DELETE FROM wave_plan WHERE wave_id = p_wave;
  UPDATE shipment
  SET state = 'released', reason = ''
  WHERE wave_id = p_wave;
  UPDATE wave
  SET state = 'released', released_at = now()
  WHERE id = p_wave;
END $$;

-- Ties a promise again to what is free and good, first expired first out; returns what found no
-- place. The stops join the walk of the given trip; without one they wait for the next.
CREATE FUNCTION reserve_again(p_promise bigint, p_qty bigint, p_trip bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  p promise;
  s record;
  take bigint;
  rest bigint := p_qty;
  st bigint := NULL;
  day date;
BEGIN
  SELECT *
  INTO p
  FROM promise
  WHERE id = p_promise;
  SELECT needed_day(n) INTO day FROM need n WHERE n.id = p.need_id;
  FOR s IN
    SELECT se.*
    FROM sellable se
    JOIN item i ON i.id = se.item_id
    WHERE se.warehouse_id = p.warehouse_id
      AND se.owner_id = p.owner_id
      AND se.item_id = p.item_id
      AND se.pickable
      AND se.free > 0
      AND se.last_good_day >= day
    ORDER BY
      fefo_rank(se.last_good_day, day, i.fefo_window_days), se.seq, se.place_id, se.lot_id
  LOOP
    EXIT WHEN rest = 0;
    take := least(rest, s.free);
    IF p_trip IS NOT NULL THEN
      INSERT INTO stop (trip_id, place_id, item_id, lot_id, walk)
      VALUES (p_trip, s.place_id, s.item_id, s.lot_id, walk_beside(p_trip, s.place_id))
      ON CONFLICT ON CONSTRAINT stop_once
      DO UPDATE SET skips = stop.skips
      RETURNING id
      INTO st;
    END IF;
    UPDATE reservation
    SET qty = qty + take, stop_id = coalesce(st, stop_id)
    WHERE promise_id = p.id AND place_id = s.place_id AND lot_id = s.lot_id AND ended_at IS NULL;
    IF NOT FOUND THEN
      INSERT INTO reservation (
        promise_id, warehouse_id, place_id, owner_id, item_id, lot_id, qty, stop_id
      )
      VALUES (p.id, p.warehouse_id, s.place_id, p.owner_id, p.item_id, s.lot_id, take, st);
    END IF;
    rest := rest - take;
  END LOOP;
  RETURN rest;
END $$;

-- Which open promises of these items get nothing any more. Everything that is open is asked anew,
-- who comes first first, and keeps what it would get; only what would get nothing is named,
-- whatever else its shipment was promised stays, and no hold is touched. What is on the floor
-- already goes before everything and is never named: there a short is reported.
CREATE FUNCTION promises_without_goods(p_warehouse bigint, p_items bigint[])
RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
DECLARE
  open_ids bigint[];
  kept bigint[] := '{}';
  got bigint[];
  without bigint[];
  lost bigint[] := '{}';
BEGIN
  SELECT coalesce(array_agg(p.id), '{}')
  INTO open_ids
  FROM promise p
  WHERE p.warehouse_id = p_warehouse
    AND p.item_id = ANY (p_items)
    AND p.ended_at IS NULL
    AND p.open > 0;
  WHILE open_ids <> '{}' LOOP
    WITH line AS MATERIALIZED (
      SELECT
        p.id,
        p.owner_id,
        p.item_id,
        p.open AS qty,
        needed_day(n) AS until,
        row_number() OVER (
          ORDER BY (s.state IN ('pending', 'ready')), s.priority DESC, s.ordered_at, p.id
        ) AS rank,
        s.state IN ('pending', 'ready') AND p.reserved = 0 AS breaks,
        p.id = ANY (open_ids) AS asks
      FROM promise p
      JOIN need n ON n.id = p.need_id
      JOIN shipment_line sl ON sl.id = p.shipment_line_id
      JOIN shipment s ON s.id = sl.shipment_id
      WHERE p.id = ANY (open_ids || kept)
    ), day AS MATERIALIZED (SELECT DISTINCT owner_id, item_id, until FROM line),
    room AS MATERIALIZED (
      SELECT
        d.owner_id,
        d.item_id,
        d.until,
        (
          SELECT coalesce(sum(se.free), 0)
          FROM sellable se
          WHERE se.warehouse_id = p_warehouse
            AND se.owner_id = d.owner_id
            AND se.item_id = d.item_id
            AND se.last_good_day >= d.until
        ) - (
          SELECT coalesce(sum(l.qty), 0)
          FROM line l
          WHERE NOT l.asks
            AND l.owner_id = d.owner_id
            AND l.item_id = d.item_id
            AND l.until >= d.until
        ) AS qty
      FROM day d
    ), running AS MATERIALIZED (
      SELECT
        l.id,
        l.qty,
        l.breaks,
        r.owner_id,
        r.item_id,
        r.until,
        r.qty AS room,
        sum(l.qty) OVER (PARTITION BY r.owner_id, r.item_id, r.until ORDER BY l.rank) AS upto
      FROM line l
      JOIN room r ON r.owner_id = l.owner_id AND r.item_id = l.item_id AND r.until <= l.until
      WHERE l.asks
    ), verdict AS MATERIALIZED (
      SELECT id, bool_and(upto <= room) AS fits
      FROM running
      GROUP BY 1
    ), spare AS (
      -- What is left beside those that got theirs.
      SELECT
        k.owner_id, k.item_id, k.until,
        k.room - coalesce(sum(k.qty) FILTER (WHERE v.fits), 0) AS qty
      FROM running k
      JOIN verdict v ON v.id = k.id
      GROUP BY k.owner_id, k.item_id, k.until, k.room
    ), others AS (
      SELECT k.id, k.breaks, bool_and(k.qty <= sp.qty) AS alone
      FROM running k
      JOIN verdict v ON v.id = k.id AND NOT v.fits
      JOIN spare sp
        ON sp.owner_id = k.owner_id AND sp.item_id = k.item_id AND sp.until = k.until
      GROUP BY 1, 2
    )
    SELECT
      coalesce((SELECT array_agg(v.id) FROM verdict v WHERE v.fits), '{}'),
      coalesce(array_agg(id) FILTER (WHERE NOT alone AND breaks), '{}'),
      coalesce(array_agg(id) FILTER (WHERE alone), '{}')
    INTO got, without, open_ids
    FROM others;
    kept := kept || got;
    lost := lost || without;
  END LOOP;
  RETURN lost;
END $$;

-- Goods are gone that were promised, or the days moved on: what no longer fits becomes an exception
-- of its shipment. What very many wait for is left to the worker, who decides it piece by piece:
-- nobody who scans waits until thousands are asked.
CREATE FUNCTION break_promises(p_warehouse bigint, p_items bigint[])
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  waiting bigint;
BEGIN
  -- Only items whose promises do not all fit are looked at closely.
  SELECT array_agg(b)
  INTO p_items
  FROM promises_broken(p_warehouse, p_items) b;
  IF p_items IS NULL THEN RETURN 0; END IF;
  SELECT count(*)
  INTO waiting
  FROM (
    SELECT 1
    FROM promise p
    WHERE p.warehouse_id = p_warehouse
      AND p.item_id = ANY (p_items)
      AND p.ended_at IS NULL
      AND p.open > 0
    LIMIT 5001
  ) k;
  IF waiting > 5000 THEN
    PERFORM ask_for_decision(p_warehouse, p_items);
    RETURN 0;
  END IF;
  RETURN end_broken(promises_without_goods(p_warehouse, p_items));
END $$;

-- The worker shall decide whose promises of these items break; their gates are locked already.
CREATE FUNCTION ask_for_decision(p_warehouse bigint, p_items bigint[])
RETURNS void LANGUAGE sql AS $$
  UPDATE promise_gate
  SET asked_at = clock_timestamp()
  WHERE warehouse_id = p_warehouse AND item_id = ANY (p_items)
$$;

-- Breaks some (p_now) of the promises that were found without goods (p_gone) by a look that locked
-- nothing. The gates are locked by now, and each of them must still find nothing beside what stays.
-- Null: something came in between, it has to be decided anew.
CREATE FUNCTION break_some(p_warehouse bigint, p_items bigint[], p_gone bigint[], p_now bigint[])
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  one_fits boolean;
BEGIN
  WITH stays AS MATERIALIZED (
    SELECT k.owner_id, k.item_id, needed_day(n) AS until, k.qty
    FROM (
      SELECT p.owner_id, p.item_id, p.need_id, sum(p.open) AS qty
      FROM promise p
      WHERE p.warehouse_id = p_warehouse
        AND p.item_id = ANY (p_items)
        AND p.ended_at IS NULL
        AND p.open > 0
        AND NOT EXISTS (SELECT 1 FROM unnest(p_gone) g WHERE g = p.id)
      GROUP BY 1, 2, 3
    ) k
    JOIN need n ON n.id = k.need_id
  ), asks AS MATERIALIZED (
    SELECT p.owner_id, p.item_id, needed_day(n) AS until, min(p.open) AS least
    FROM promise p
    JOIN need n ON n.id = p.need_id
    WHERE p.id = ANY (p_now) AND p.ended_at IS NULL AND p.open > 0
    GROUP BY 1, 2, 3
  ), day AS (
    SELECT owner_id, item_id, until FROM stays
    UNION
    SELECT owner_id, item_id, until FROM asks
  ), room AS MATERIALIZED (
    SELECT
      d.owner_id,
      d.item_id,
      d.until,
      (
        SELECT coalesce(sum(se.free), 0)
        FROM sellable se
        WHERE se.warehouse_id = p_warehouse
          AND se.owner_id = d.owner_id
          AND se.item_id = d.item_id
          AND se.last_good_day >= d.until
      ) - (
        SELECT coalesce(sum(st.qty), 0)
        FROM stays st
        WHERE st.owner_id = d.owner_id AND st.item_id = d.item_id AND st.until >= d.until
      ) AS qty
    FROM day d
  )
  SELECT EXISTS (
    SELECT 1
    FROM asks a
    WHERE a.least <= (
      SELECT min(r.qty)
      FROM room r
      WHERE r.owner_id = a.owner_id AND r.item_id = a.item_id AND r.until <= a.until
    )
  )
  INTO one_fits;
  IF one_fits THEN RETURN NULL; END IF;
  RETURN end_broken(p_now);
END $$;

-- These promises are broken: each shipment of theirs waits for goods again and says so; who holds
-- it holds it still. What is on the floor keeps its promise: there a short is reported.
CREATE FUNCTION end_broken(p_promises bigint[]) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  ended bigint;
BEGIN
  WITH gone AS (
    UPDATE promise p
    SET ended_at = now()
    FROM shipment_line sl
    JOIN shipment s ON s.id = sl.shipment_id
    WHERE p.id = ANY (p_promises)
      AND p.ended_at IS NULL
      AND p.reserved = 0
      AND sl.id = p.shipment_line_id
      AND s.state IN ('pending', 'ready')
    RETURNING s.id, s.shipment_no, s.warehouse_id, p.item_id
  ), waits AS (
    UPDATE shipment s
    SET state = 'pending', reason = 'broken_promise'
    WHERE s.id IN (SELECT id FROM gone)
  ), said AS (
    INSERT INTO exception (warehouse_id, reason, subject, shipment_id, item_id)
    SELECT DISTINCT warehouse_id, 'broken_promise', shipment_no, id, item_id
    FROM gone
    ON CONFLICT DO NOTHING
  )
  SELECT count(*) INTO ended FROM gone;
  RETURN ended;
END $$;

-- An exception about goods in a place; more of the same is the same exception.
CREATE FUNCTION raise_goods_exception(p_warehouse bigint, p_reason text, p_place bigint,
  p_item bigint, p_lot bigint, p_qty bigint)
RETURNS void LANGUAGE sql AS $$
  INSERT INTO exception (warehouse_id, reason, subject, place_id, item_id, lot_id, qty)
  SELECT p_warehouse, p_reason, pl.code, p_place, p_item, p_lot, p_qty
  FROM place pl
  WHERE pl.id = p_place
  ON CONFLICT (
    reason, subject, coalesce(place_id, 0), coalesce(item_id, 0), coalesce(lot_id, 0),
    coalesce(order_id, 0), coalesce(shop_id, 0)
  )
  WHERE done_at IS NULL
  DO UPDATE SET qty = exception.qty + excluded.qty
$$;

-- So many units of a promise can be had nowhere: its shipment waits for a person.
CREATE FUNCTION not_found(p_promise bigint, p_qty bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE promise
  SET broken = broken + p_qty
  WHERE id = p_promise;
  INSERT INTO exception (warehouse_id, reason, subject, shipment_id, item_id, qty)
  SELECT p.warehouse_id, 'not_found', s.shipment_no, s.id, p.item_id, p_qty
  FROM promise p
  JOIN shipment_line sl ON sl.id = p.shipment_line_id
  JOIN shipment s ON s.id = sl.shipment_id
  WHERE p.id = p_promise
  ON CONFLICT (
    reason, subject, coalesce(place_id, 0), coalesce(item_id, 0), coalesce(lot_id, 0),
    coalesce(order_id, 0), coalesce(shop_id, 0)
  )
  WHERE done_at IS NULL
  DO UPDATE SET qty = exception.qty + excluded.qty
$$;

-- A picker reports goods as missing or damaged. What the system still believes is there is held,
-- every reservation on it looks for another place, and what finds none becomes an exception of its
-- shipment.
CREATE FUNCTION report_missing(p_command uuid, p_person bigint, p_reason text, p_warehouse bigint,
  p_place bigint, p_item bigint, p_lot bigint)
RETURNS TABLE (held bigint, moved bigint, lost bigint) LANGUAGE plpgsql AS $$
DECLARE
  r reason;
  res record;
  items bigint[];
  rest bigint;
  k record;
  ids bigint[];
  missing reservation[];
BEGIN
  SELECT *
  INTO r
  FROM reason
  WHERE code = p_reason;
  held := 0;
  moved := 0;
  lost := 0;
  SELECT array_agg(DISTINCT item_id)
  INTO items
  FROM stock
  WHERE warehouse_id = p_warehouse
    AND place_id = p_place
    AND status = 'good'
    AND (r.whole_bin OR (item_id = p_item AND lot_id = p_lot));
  IF items IS NULL THEN
    RETURN NEXT;
    RETURN;
  END IF;
  PERFORM lock_promise_gates(p_warehouse, items);
  SELECT array_agg(id ORDER BY id)
  INTO ids
  FROM reservation
  WHERE warehouse_id = p_warehouse
    AND place_id = p_place
    AND ended_at IS NULL
    AND (r.whole_bin OR (item_id = p_item AND lot_id = p_lot));
  PERFORM 1
  FROM reservation
  WHERE id = ANY (ids)
  ORDER BY id
  FOR UPDATE;
  SELECT array_agg(gone_r)
  INTO missing
  FROM reservation gone_r
  WHERE gone_r.id = ANY (ids);
  UPDATE reservation
  SET qty = 0, ended_at = now()
  WHERE id = ANY (ids);
  FOR k IN
    SELECT *
    FROM stock
    WHERE warehouse_id = p_warehouse
      AND place_id = p_place
      AND status = 'good'
      AND on_hand > 0
      AND (r.whole_bin OR (item_id = p_item AND lot_id = p_lot))
  LOOP
    INSERT INTO movement (
      warehouse_id, owner_id, item_id, lot_id, qty, from_place, from_status, to_place, to_status,
      reason, person_id, command
    )
    VALUES (
      p_warehouse, k.owner_id, k.item_id, k.lot_id, k.on_hand, p_place, 'good', p_place,
      r.stock_status, p_reason, p_person, p_command
    );
    PERFORM raise_goods_exception(p_warehouse, p_reason, p_place, k.item_id, k.lot_id, k.on_hand);
    held := held + k.on_hand;
  END LOOP;
  FOR res IN
    SELECT m.promise_id, m.qty, st.trip_id
    FROM unnest(missing) m
    LEFT JOIN stop st ON st.id = m.stop_id
    JOIN promise p ON p.id = m.promise_id
    JOIN shipment_line sl ON sl.id = p.shipment_line_id
    JOIN shipment s ON s.id = sl.shipment_id
    ORDER BY s.priority DESC, s.cutoff_at, m.id
  LOOP
    rest := res.qty;
    IF res.trip_id IS NOT NULL THEN
      rest := reserve_again(res.promise_id, res.qty, res.trip_id);
    END IF;
    moved := moved + res.qty - rest;
    IF rest > 0 THEN
      lost := lost + rest;
      PERFORM not_found(res.promise_id, rest);
    END IF;
  END LOOP;
  PERFORM break_promises(p_warehouse, items);
  RETURN NEXT;
END $$;

-- Takes a report back, as long as nobody has decided about it: what it held is good again, and
-- its exceptions are as they were. Reservations that found another place stay there, and what found
-- none is looked for again as ever. Returns how many units that was; 0: it was no report.
CREATE FUNCTION undo_report(p_report uuid, p_command uuid, p_person bigint, p_at timestamptz)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  m record;
  units bigint := 0;
BEGIN
  -- In the order of those who report and decide.
  PERFORM lock_promise_gates(g.warehouse_id, g.items)
  FROM (
    SELECT reported.warehouse_id, array_agg(DISTINCT reported.item_id) AS items
    FROM movement reported
    JOIN reason re ON re.code = reported.reason AND re.stock_status IS NOT NULL
    WHERE reported.command = p_report
    GROUP BY reported.warehouse_id
  ) g;
  FOR m IN
    SELECT reported.*
    FROM movement reported
    JOIN reason re ON re.code = reported.reason AND re.stock_status IS NOT NULL
    WHERE reported.command = p_report
    ORDER BY reported.id
  LOOP
    UPDATE exception e
    SET
      qty = e.qty - m.qty,
      done_at = CASE WHEN e.qty = m.qty THEN now() END,
      done_by = CASE WHEN e.qty = m.qty THEN p_person END
    WHERE e.done_at IS NULL
      AND e.reason = m.reason
      AND e.place_id = m.from_place
      AND e.item_id = m.item_id
      AND e.lot_id = m.lot_id
      -- One that was raised since is somebody else's.
      AND e.since <= m.at
      AND e.qty >= m.qty;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'somebody has decided about it' USING ERRCODE = '23514',
        CONSTRAINT = 'report_stands';
    END IF;
    INSERT INTO movement (
      gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, from_status, to_place,
      to_status, reason, person_id, command, reverses
    )
    VALUES (
      p_at, m.warehouse_id, m.owner_id, m.item_id, m.lot_id, m.qty, m.to_place, m.to_status,
      m.from_place, m.from_status, 'undo', p_person, p_command, m.id
    );
    units := units + m.qty;
  END LOOP;
  RETURN units;
END $$;

-- A picker finds so many units damaged: they are held where they lie, and the picker takes others
-- there as far as nobody else's are meant; for the rest the stop looks for another place. Refused
-- where that is more than the stop has.
CREATE FUNCTION report_damaged(p_command uuid, p_person bigint, p_reservation bigint, p_qty bigint)
RETURNS TABLE (held bigint, moved bigint, lost bigint) LANGUAGE plpgsql AS $$
DECLARE
  r reservation;
  k reservation;
  missing reservation[] := '{}';
  over bigint;
  take bigint;
  rest bigint;
  walk bigint;
BEGIN
  SELECT *
  INTO r
  FROM reservation
  WHERE id = p_reservation;
  PERFORM lock_promise_gates(r.warehouse_id, ARRAY[r.item_id]);
  PERFORM 1
  FROM reservation
  WHERE stop_id = r.stop_id AND ended_at IS NULL
  ORDER BY id
  FOR UPDATE;
  SELECT st.trip_id
  INTO walk
  FROM stop st
  WHERE st.id = r.stop_id;
  SELECT greatest(p_qty - (on_hand - reserved), 0)
  INTO over
  FROM stock
  WHERE warehouse_id = r.warehouse_id
    AND place_id = r.place_id
    AND owner_id = r.owner_id
    AND item_id = r.item_id
    AND lot_id = r.lot_id
    AND status = 'good';
  IF over IS NULL
    OR over > (
      SELECT coalesce(sum(qty), 0)
      FROM reservation
      WHERE stop_id = r.stop_id AND ended_at IS NULL
    ) THEN
    RAISE EXCEPTION 'more than is there for this stop' USING ERRCODE = '23514',
      CONSTRAINT = 'damaged_within_stop';
  END IF;
  held := p_qty;
  moved := 0;
  lost := 0;
  FOR k IN
    SELECT *
    FROM reservation
    WHERE stop_id = r.stop_id AND ended_at IS NULL
    ORDER BY (id = r.id) DESC, id DESC
  LOOP
    EXIT WHEN over = 0;
    take := least(over, k.qty);
    UPDATE reservation
    SET qty = qty - take, ended_at = CASE WHEN qty = take THEN now() END
    WHERE id = k.id;
    over := over - take;
    k.qty := take;
    missing := missing || k;
  END LOOP;
  INSERT INTO movement (
    warehouse_id, owner_id, item_id, lot_id, qty, from_place, from_status, to_place, to_status,
    reason, person_id, command
  )
  SELECT
    r.warehouse_id, r.owner_id, r.item_id, r.lot_id, p_qty, r.place_id, 'good', r.place_id,
    stock_status, code, p_person, p_command
  FROM reason
  WHERE code = 'damaged';
  PERFORM raise_goods_exception(r.warehouse_id, 'damaged', r.place_id, r.item_id, r.lot_id, p_qty);
  FOR k IN SELECT * FROM unnest(missing) ORDER BY id LOOP
    rest := reserve_again(k.promise_id, k.qty, walk);
    moved := moved + k.qty - rest;
    lost := lost + rest;
    IF rest > 0 THEN PERFORM not_found(k.promise_id, rest); END IF;
  END LOOP;
  PERFORM break_promises(r.warehouse_id, ARRAY[r.item_id]);
  RETURN NEXT;
END $$;

-- A packer finds one unit missing or damaged: it is held at the bench until a supervisor counts,
-- and its shipment's promise looks for another unit, which waits for the next walk. Returns how
-- many units found no place (0 or 1).
CREATE FUNCTION report_at_bench(p_command uuid, p_person bigint, p_reason text,
  p_reservation bigint, p_bench bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  r reservation;
  rest bigint;
BEGIN
  SELECT *
  INTO r
  FROM reservation
  WHERE id = p_reservation;
  PERFORM lock_promise_gates(r.warehouse_id, ARRAY[r.item_id]);
  PERFORM 1
  FROM promise p
  JOIN shipment_line sl ON sl.id = p.shipment_line_id
  JOIN shipment s ON s.id = sl.shipment_id
  WHERE p.id = r.promise_id
  FOR UPDATE OF s;
  SELECT *
  INTO r
  FROM reservation
  WHERE id = p_reservation AND ended_at IS NULL
  FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the goods are gone' USING ERRCODE = '23514', CONSTRAINT = 'reservation_covers';
  END IF;
  UPDATE reservation
  SET qty = qty - 1, ended_at = CASE WHEN qty = 1 THEN now() END
  WHERE id = r.id;
  INSERT INTO movement (
    warehouse_id, owner_id, item_id, lot_id, qty, from_place, from_status, to_place, to_status,
    reason, person_id, command
  )
  SELECT
    r.warehouse_id, r.owner_id, r.item_id, r.lot_id, 1, r.place_id, 'good', p_bench, stock_status,
    code, p_person, p_command
  FROM reason
  WHERE code = p_reason;
  PERFORM raise_goods_exception(r.warehouse_id, p_reason, p_bench, r.item_id, r.lot_id, 1);
  rest := reserve_again(r.promise_id, 1, NULL);
  IF rest > 0 THEN PERFORM not_found(r.promise_id, rest); END IF;
  PERFORM break_promises(r.warehouse_id, ARRAY[r.item_id]);
  RETURN rest;
END $$;

-- What was reserved anew without a walk, for shops that a person works for, in these zones or
-- anywhere, joins this one; returns how many reservations did.
CREATE FUNCTION join_trip(p_trip bigint, p_zones text[], p_person bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  ids bigint[];
  shops bigint[];
BEGIN
  IF is_limited(p_person) THEN shops := ARRAY(SELECT shops_of(p_person)); END IF;
  SELECT array_agg(id)
  INTO ids
  FROM (
    SELECT r.id
    FROM trip t
    JOIN reservation r
      ON r.warehouse_id = t.warehouse_id
        AND r.ended_at IS NULL
        AND r.stop_id IS NULL
    JOIN place pl ON pl.id = r.place_id AND pl.stores
    JOIN promise p ON p.id = r.promise_id
    JOIN shipment_line sl ON sl.id = p.shipment_line_id
    JOIN shipment s ON s.id = sl.shipment_id
    WHERE t.id = p_trip
      AND lies_in(pl.bin_id, p_zones)
      AND (shops IS NULL OR s.shop_id = ANY (shops))
    ORDER BY r.id
    FOR UPDATE OF r SKIP LOCKED
  ) k;
  IF ids IS NULL THEN RETURN 0; END IF;
  INSERT INTO trip_shipment (trip_id, shipment_id)
  SELECT DISTINCT p_trip, sl.shipment_id
  FROM reservation r
  JOIN promise p ON p.id = r.promise_id
  JOIN shipment_line sl ON sl.id = p.shipment_line_id
  WHERE r.id = ANY (ids)
  ON CONFLICT DO NOTHING;
  INSERT INTO stop (trip_id, place_id, item_id, lot_id, walk)
  SELECT DISTINCT p_trip, place_id, item_id, lot_id, walk_beside(p_trip, place_id)
  FROM reservation
  WHERE id = ANY (ids)
  ON CONFLICT DO NOTHING;
  UPDATE reservation r
  SET stop_id = st.id
  FROM stop st
  WHERE r.id = ANY (ids)
    AND st.trip_id = p_trip
    AND st.place_id = r.place_id
    AND st.item_id = r.item_id
    AND st.lot_id = r.lot_id;
  RETURN cardinality(ids);
END $$;

-- The next walk for a person: the most urgent open trip that no other takes this instant, with what
-- was reserved anew meanwhile; or a walk for that alone. Returns null if there is nothing to walk
-- for.
CREATE FUNCTION claim_trip(p_warehouse bigint, p_person bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  t trip;
  fresh bigint;
  loose_wave bigint;
  zones text[];
  shops bigint[];
BEGIN
  IF is_limited(p_person) THEN shops := ARRAY(SELECT shops_of(p_person)); END IF;
  SELECT offered_zones
  INTO zones
  FROM person
  WHERE id = p_person;
  SELECT *
  INTO t
  FROM trip
  WHERE warehouse_id = p_warehouse
    AND state = 'open'
    AND walks_in(id, zones)
    AND (
      shops IS NULL
      OR NOT EXISTS (
        SELECT 1
        FROM trip_shipment ts
        JOIN shipment s ON s.id = ts.shipment_id
        WHERE ts.trip_id = trip.id AND s.shop_id <> ALL (shops)
      )
    )
  ORDER BY priority DESC, due_at, id
  FOR UPDATE SKIP LOCKED
  LIMIT 1;
  SELECT s.wave_id
  INTO loose_wave
  FROM reservation r
  JOIN place pl ON pl.id = r.place_id AND pl.stores
  JOIN promise p ON p.id = r.promise_id
  JOIN shipment_line sl ON sl.id = p.shipment_line_id
  JOIN shipment s ON s.id = sl.shipment_id
  WHERE r.warehouse_id = p_warehouse
    AND r.ended_at IS NULL
    AND r.stop_id IS NULL
    AND lies_in(pl.bin_id, zones)
    AND (shops IS NULL OR s.shop_id = ANY (shops))
  LIMIT 1;
  IF loose_wave IS NOT NULL AND (t.id IS NULL OR t.kind <> 'orders') THEN
    INSERT INTO trip (warehouse_id, wave_id, trip_no, priority)
    VALUES (p_warehouse, loose_wave, next_number('T', 'trip_number', 6), 1)
    RETURNING id
    INTO fresh;
    IF join_trip(fresh, zones, p_person) > 0 THEN
      t.id := fresh;
    ELSE
      UPDATE trip
      SET state = 'cancelled'
      WHERE id = fresh;
    END IF;
  ELSIF loose_wave IS NOT NULL THEN
    PERFORM join_trip(t.id, zones, p_person);
  END IF;
  IF t.id IS NULL THEN RETURN NULL; END IF;
  UPDATE trip
  SET state = 'claimed', person_id = p_person
  WHERE id = t.id;
  UPDATE wave
  SET state = 'released'
  WHERE id = loose_wave AND state = 'done';
  UPDATE shipment
  SET state = 'picking'
  WHERE state = 'released' AND id IN (SELECT shipment_id FROM trip_shipment WHERE trip_id = t.id);
  RETURN t.id;
END $$;

-- Somebody goes home: what is left of a walk becomes a walk of its own. Returns it, or null if
-- nothing is left.
CREATE FUNCTION leave_rest(p_trip bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  fresh bigint;
BEGIN
  IF NOT EXISTS (
    SELECT 1
    FROM stop st
    JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
    WHERE st.trip_id = p_trip
  ) THEN
    RETURN NULL;
  END IF;
  INSERT INTO trip (warehouse_id, wave_id, trip_no, kind, priority, due_at)
  SELECT
    warehouse_id,
    wave_id,
    next_number('T', 'trip_number', 6),
    kind,
    priority,
    due_at
  FROM trip
  WHERE id = p_trip
  RETURNING id
  INTO fresh;
  INSERT INTO trip_shipment (trip_id, shipment_id)
  SELECT DISTINCT fresh, sl.shipment_id
  FROM stop st
  JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
  JOIN promise p ON p.id = r.promise_id
  JOIN shipment_line sl ON sl.id = p.shipment_line_id
  WHERE st.trip_id = p_trip;
  UPDATE stop st
  SET trip_id = fresh
  WHERE st.trip_id = p_trip
    AND EXISTS (
      SELECT 1
      FROM reservation r
      WHERE r.stop_id = st.id AND r.ended_at IS NULL
    );
  RETURN fresh;
END $$;
