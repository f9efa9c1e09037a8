-- The two ledgers. Balances follow movements, and nothing else writes them.

CREATE TABLE stock (
  warehouse_id bigint NOT NULL REFERENCES warehouse,
  place_id     bigint NOT NULL REFERENCES place,
  owner_id     bigint NOT NULL REFERENCES owner,
  item_id      bigint NOT NULL REFERENCES item,
  lot_id       bigint NOT NULL REFERENCES lot,
  status       text   NOT NULL CONSTRAINT stock_status CHECK (status IN ('good','held','damaged')),
  on_hand      bigint NOT NULL DEFAULT 0 CONSTRAINT stock_not_negative CHECK (on_hand >= 0),
  reserved     bigint NOT NULL DEFAULT 0 CONSTRAINT stock_reserved_not_negative
    CHECK (reserved >= 0),
  -- In a tote, a carton or a parcel: goods of somebody's order, never sellable. There are many such
  -- rows, and whoever looks for goods to sell or to pick must not wade through them.
  on_its_way   boolean NOT NULL DEFAULT false,
  CONSTRAINT stock_reserved_within CHECK (reserved <= on_hand),
  PRIMARY KEY (warehouse_id, place_id, owner_id, item_id, lot_id, status)
) WITH (fillfactor = 70);
CREATE INDEX stock_by_item ON stock (warehouse_id, item_id, owner_id) WHERE NOT on_its_way;
CREATE INDEX stock_on_its_way ON stock (warehouse_id, item_id) WHERE on_its_way AND on_hand > 0;
CREATE INDEX stock_empty ON stock (place_id) WHERE on_hand = 0;

CREATE TABLE trip (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  warehouse_id bigint NOT NULL REFERENCES warehouse,
  trip_no      text NOT NULL CONSTRAINT trip_no_once UNIQUE,
  wave_id      bigint NOT NULL REFERENCES wave,
  -- How it is picked: a tote a shipment; single units in total; identical shipments in total.
  kind         text NOT NULL DEFAULT 'orders' CHECK (kind IN ('orders','singles','hot')),
  state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open','claimed','done','cancelled')),
  person_id    bigint REFERENCES person,
  priority     int NOT NULL DEFAULT 0,
  -- The nearest cut-off of what is on it.
  due_at       timestamptz NOT NULL DEFAULT 'infinity',
  -- How far it is to walk, as it was planned; null where nobody knows where the bins lie.
  walk_mm      bigint,
  CONSTRAINT trip_claimed_by_someone CHECK (state <> 'claimed' OR person_id IS NOT NULL)
);
CREATE SEQUENCE trip_number;
CREATE UNIQUE INDEX trip_one_a_person ON trip (person_id) WHERE state = 'claimed';
CREATE INDEX trip_open ON trip (warehouse_id, priority DESC, due_at, id) WHERE state = 'open';
CREATE INDEX trip_live ON trip (wave_id) WHERE state IN ('open', 'claimed');
CREATE INDEX trip_by_wave ON trip (wave_id);

CREATE TABLE trip_shipment (
  trip_id     bigint NOT NULL REFERENCES trip,
  shipment_id bigint NOT NULL REFERENCES shipment,
  -- How much shorter the walk would be without it, as it was planned.
  price_mm    bigint,
  PRIMARY KEY (trip_id, shipment_id)
);
CREATE INDEX trip_shipment_by_shipment ON trip_shipment (shipment_id);

CREATE TABLE stop (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  trip_id  bigint NOT NULL REFERENCES trip,
  -- Of the stock rows that it is made from; no keys of their own, for a wave writes tens of
  -- thousands.
  place_id bigint NOT NULL,
  item_id  bigint NOT NULL,
  lot_id   bigint NOT NULL,
  -- Each skip sends the stop once more to the end of the walk.
  skips    int NOT NULL DEFAULT 0,
  -- Which of the walk's stops it was planned to be; those of one number go by the walking order.
  walk     int NOT NULL DEFAULT 0,
  CONSTRAINT stop_once UNIQUE (trip_id, place_id, item_id, lot_id)
);

CREATE TABLE reservation (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  promise_id   bigint NOT NULL REFERENCES promise,
  -- The key of a stock row. The triggers below refuse a reservation without its row, and that row
  -- has the foreign keys: here they would be checked once more for each of a wave's tens of
  -- thousands of lines.
  warehouse_id bigint NOT NULL,
  place_id     bigint NOT NULL,
  owner_id     bigint NOT NULL,
  item_id      bigint NOT NULL,
  lot_id       bigint NOT NULL,
  status       text NOT NULL DEFAULT 'good' CHECK (status = 'good'),
  qty          bigint NOT NULL,
  stop_id      bigint REFERENCES stop,
  ended_at     timestamptz,
  CONSTRAINT reservation_live_or_empty CHECK ((qty > 0) = (ended_at IS NULL) AND qty >= 0)
);
CREATE UNIQUE INDEX reservation_live_once ON reservation (promise_id, place_id, lot_id)
  WHERE ended_at IS NULL;
CREATE INDEX reservation_by_place ON reservation (place_id, item_id, lot_id) WHERE ended_at IS NULL;
-- What was reserved anew after the walk was cut: it joins the next trip.
CREATE INDEX reservation_loose ON reservation (warehouse_id, id)
  WHERE ended_at IS NULL AND stop_id IS NULL;
CREATE INDEX reservation_by_stop ON reservation (stop_id) WHERE ended_at IS NULL;
-- For who looks back, ended ones too.
CREATE INDEX reservation_by_promise ON reservation (promise_id);

CREATE TABLE movement (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at             timestamptz NOT NULL DEFAULT now(),
  -- When the gesture was made, by the session that stamped it.
  gesture_at     timestamptz NOT NULL DEFAULT now(),
  warehouse_id   bigint NOT NULL REFERENCES warehouse,
  owner_id       bigint NOT NULL REFERENCES owner,
  item_id        bigint NOT NULL REFERENCES item,
  lot_id         bigint NOT NULL REFERENCES lot,
  qty            bigint NOT NULL CONSTRAINT movement_qty CHECK (qty > 0),
  from_place     bigint NOT NULL REFERENCES place,
  from_status    text NOT NULL DEFAULT 'good',
  to_place       bigint NOT NULL REFERENCES place,
  to_status      text NOT NULL DEFAULT 'good',
  -- The reservation that goes along, or null for free goods.
  reservation_id bigint REFERENCES reservation,
  stop_id        bigint REFERENCES stop,
  reason         text NOT NULL REFERENCES reason,
  person_id      bigint NOT NULL REFERENCES person,
  command        uuid NOT NULL,
  reverses       bigint CONSTRAINT movement_reversed_once UNIQUE REFERENCES movement,
  CONSTRAINT movement_goes_somewhere CHECK (from_place <> to_place OR from_status <> to_status)
);
CREATE INDEX movement_by_command ON movement (command);
CREATE INDEX movement_by_item ON movement (warehouse_id, item_id, id);
-- For who looks back: what happened with a lot, in a place, for a shipment.
CREATE INDEX movement_by_lot ON movement (lot_id, id);
CREATE INDEX movement_from ON movement (from_place, id);
CREATE INDEX movement_to ON movement (to_place, id);
CREATE INDEX movement_by_reservation ON movement (reservation_id) WHERE reservation_id IS NOT NULL;

CREATE TABLE placement (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at           timestamptz NOT NULL DEFAULT now(),
  warehouse_id bigint NOT NULL REFERENCES warehouse,
  container_id bigint NOT NULL REFERENCES container,
  from_place   bigint REFERENCES place,
  to_place     bigint REFERENCES place,
  reason       text NOT NULL REFERENCES reason,
  person_id    bigint NOT NULL REFERENCES person,
  command      uuid NOT NULL
);
CREATE INDEX placement_by_command ON placement (command);

-- Swept rows: an insert here drops balances of zero. One door, so the guard below stays simple.
CREATE TABLE sweep (at timestamptz NOT NULL DEFAULT now());

-- What may be promised and reserved, with what is still free of it. The one predicate "sellable".
CREATE VIEW sellable AS
SELECT
  sk.warehouse_id, sk.place_id, sk.owner_id, sk.item_id, sk.lot_id, lo.last_good_day,
  sk.on_hand - sk.reserved AS free, k.zone, k.seq, k.pickable
FROM stock sk
JOIN lot lo ON lo.id = sk.lot_id AND lo.holds = 0
JOIN item i ON i.id = sk.item_id AND i.holds = 0
JOIN owner ow ON ow.id = sk.owner_id AND ow.holds = 0
-- Looked up one by one: of all places most are parcels that left, and who estimates a join with
-- them believes that nothing can be sold.
CROSS JOIN LATERAL (
  SELECT b.zone, b.seq, b.pickable
  FROM place pl
  LEFT JOIN place carrier ON carrier.id = pl.parent_id
  JOIN bin b ON b.place_id = pl.bin_id AND b.promisable
  JOIN place root ON root.id = pl.bin_id
  WHERE pl.id = sk.place_id
    AND pl.stores
    AND pl.holds + coalesce(carrier.holds, 0) + root.holds = 0
  OFFSET 0
) k
WHERE sk.status = 'good' AND NOT sk.on_its_way;

-- The guard lets only the ledger's own triggers through: they run one trigger deeper than a person
-- does.
CREATE FUNCTION refuse_direct_write() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' OR pg_trigger_depth() < 2 THEN
    RAISE EXCEPTION '% is written by its ledger only', TG_TABLE_NAME USING ERRCODE = '42501',
      CONSTRAINT = 'ledger_only', HINT = 'Insert a movement, a placement or a reservation.';
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is never changed', TG_TABLE_NAME USING ERRCODE = '42501',
    CONSTRAINT = 'ledger_only';
END $$;
CREATE TRIGGER stock_guard BEFORE INSERT OR UPDATE OR DELETE ON stock FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_direct_write();
CREATE TRIGGER stock_guard_truncate BEFORE TRUNCATE ON stock FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_direct_write();
CREATE TRIGGER place_guard BEFORE UPDATE OF parent_id, bin_id, stores ON place FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_direct_write();
CREATE TRIGGER movement_final BEFORE UPDATE OR DELETE ON movement FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change();
CREATE TRIGGER movement_final_truncate BEFORE TRUNCATE ON movement FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change();
CREATE TRIGGER placement_final BEFORE UPDATE OR DELETE ON placement FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change();
CREATE TRIGGER placement_final_truncate BEFORE TRUNCATE ON placement FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reservation_kept BEFORE DELETE ON reservation FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change();
CREATE TRIGGER reservation_kept_truncate BEFORE TRUNCATE ON reservation FOR EACH STATEMENT
  EXECUTE FUNCTION refuse_change();

CREATE FUNCTION ledger_post()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  wanted bigint;
  done bigint;
BEGIN
  -- Locks in the house's order: reservations, then stock by key.
  PERFORM 1
  FROM reservation
  WHERE id IN (SELECT reservation_id FROM added)
  ORDER BY id
  FOR UPDATE;
  IF EXISTS (SELECT 1 FROM added WHERE reservation_id IS NOT NULL) THEN
    -- What goes along must be what was reserved, where it was reserved.
    IF EXISTS (
      SELECT 1
      FROM (
        SELECT
          reservation_id, sum(qty) AS qty, min(from_place) AS lo, max(from_place) AS hi,
          min(lot_id) AS lot_lo, max(lot_id) AS lot_hi
        FROM added
        WHERE reservation_id IS NOT NULL
        GROUP BY 1
      ) a
      JOIN reservation r ON r.id = a.reservation_id
      WHERE r.ended_at IS NOT NULL
        OR r.qty < a.qty
        OR r.place_id <> a.lo
        OR r.place_id <> a.hi
        OR r.lot_id <> a.lot_lo
        OR r.lot_id <> a.lot_hi
    ) THEN
      RAISE EXCEPTION 'the reservation does not cover this' USING ERRCODE = '23514',
        CONSTRAINT = 'reservation_covers';
    END IF;
    UPDATE reservation r
    SET qty = r.qty - a.qty, ended_at = CASE WHEN r.qty = a.qty THEN now() END
    FROM (
      SELECT reservation_id, sum(qty) AS qty
      FROM added
      WHERE reservation_id IS NOT NULL
      GROUP BY 1
    ) a
    WHERE r.id = a.reservation_id;
    INSERT INTO reservation (
      promise_id, warehouse_id, place_id, owner_id, item_id, lot_id, qty, stop_id
    )
    SELECT
      r.promise_id,
      r.warehouse_id,
      a.to_place,
      r.owner_id,
      r.item_id,
      r.lot_id,
      sum(a.qty),
      max(CASE WHEN a.reverses IS NOT NULL THEN a.stop_id END)
    FROM added a
    JOIN reservation r ON r.id = a.reservation_id
    JOIN place pl ON pl.id = a.to_place AND pl.kind <> 'virtual'
    GROUP BY r.promise_id, r.warehouse_id, a.to_place, r.owner_id, r.item_id, r.lot_id
    ORDER BY 1
    ON CONFLICT (promise_id, place_id, lot_id)
    WHERE ended_at IS NULL
    DO UPDATE SET qty = reservation.qty + excluded.qty;
  END IF;
  -- Stock last: pickers share its rows, and wait for each other from here to the commit.
  INSERT INTO stock (warehouse_id, place_id, owner_id, item_id, lot_id, status, on_its_way)
  SELECT DISTINCT
    a.warehouse_id,
    a.to_place,
    a.owner_id,
    a.item_id,
    a.lot_id,
    a.to_status,
    NOT pl.stores
  FROM added a
  JOIN place pl ON pl.id = a.to_place AND pl.kind <> 'virtual'
  ORDER BY 1, 2, 3, 4, 5, 6
  ON CONFLICT DO NOTHING;
  PERFORM 1
  FROM stock sk
  JOIN (
    SELECT warehouse_id, from_place AS place_id, owner_id, item_id, lot_id, from_status AS status
    FROM added
    UNION
    SELECT warehouse_id, to_place, owner_id, item_id, lot_id, to_status
    FROM added
  ) k USING (warehouse_id, place_id, owner_id, item_id, lot_id, status)
  ORDER BY sk.warehouse_id, sk.place_id, sk.owner_id, sk.item_id, sk.lot_id, sk.status
  FOR UPDATE OF sk;
  WITH leg AS (
    SELECT
      warehouse_id,
      from_place AS place_id,
      owner_id,
      item_id,
      lot_id,
      from_status AS status,
      -qty AS goods,
      CASE WHEN reservation_id IS NULL THEN 0 ELSE -qty END AS held
    FROM added
    UNION ALL
    SELECT
      warehouse_id,
      to_place,
      owner_id,
      item_id,
      lot_id,
      to_status,
      qty,
      CASE WHEN reservation_id IS NULL THEN 0 ELSE qty END
    FROM added
  ), delta AS (
    SELECT
      l.warehouse_id, l.place_id, l.owner_id, l.item_id, l.lot_id, l.status, sum(l.goods) AS goods,
      sum(l.held) AS held
    FROM leg l
    JOIN place pl ON pl.id = l.place_id AND pl.kind <> 'virtual'
    GROUP BY 1, 2, 3, 4, 5, 6
  ), written AS (
    UPDATE stock sk
    SET on_hand = sk.on_hand + d.goods, reserved = sk.reserved + d.held
    FROM delta d
    WHERE sk.warehouse_id = d.warehouse_id
      AND sk.place_id = d.place_id
      AND sk.owner_id = d.owner_id
      AND sk.item_id = d.item_id
      AND sk.lot_id = d.lot_id
      AND sk.status = d.status
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM delta), (SELECT count(*) FROM written)
  INTO wanted, done;
  IF wanted <> done THEN
    -- A row at zero was swept between our insert and our lock: the same again makes it anew.
    IF EXISTS (
      SELECT 1
      FROM added a
      JOIN place pl ON pl.id = a.to_place AND pl.kind <> 'virtual'
      LEFT JOIN stock sk
        ON sk.warehouse_id = a.warehouse_id
          AND sk.place_id = a.to_place
          AND sk.owner_id = a.owner_id
          AND sk.item_id = a.item_id
          AND sk.lot_id = a.lot_id
          AND sk.status = a.to_status
      WHERE sk.place_id IS NULL
    ) THEN
      RAISE EXCEPTION 'a balance row was swept' USING ERRCODE = '40001';
    END IF;
    RAISE EXCEPTION 'goods moved from where there are none' USING ERRCODE = '23514',
      CONSTRAINT = 'stock_not_negative';
  END IF;
  -- What moves towards a customer must be held by nobody and keep long enough, on this day and not
  -- on that of the promise. The stock rows are locked by now.
  IF EXISTS (
    SELECT 1
    FROM added a
    JOIN reason re ON re.code = a.reason AND re.toward_customer
    JOIN lot lo ON lo.id = a.lot_id
    JOIN item i ON i.id = a.item_id
    JOIN owner ow ON ow.id = a.owner_id
    JOIN place pl ON pl.id = a.from_place
    LEFT JOIN place carrier ON carrier.id = pl.parent_id AND pl.stores
    LEFT JOIN place root ON root.id = pl.bin_id AND pl.stores
    WHERE lo.holds + i.holds + ow.holds
      + pl.holds + coalesce(carrier.holds, 0) + coalesce(root.holds, 0) > 0
  ) THEN
    RAISE EXCEPTION 'the goods are held' USING ERRCODE = '23514', CONSTRAINT = 'goods_held';
  END IF;
  IF EXISTS (
    SELECT 1
    FROM added a
    JOIN reason re ON re.code = a.reason AND re.toward_customer
    JOIN place pl ON pl.id = a.to_place AND pl.kind = 'container' AND pl.holds > 0
  ) THEN
    RAISE EXCEPTION 'the container is held' USING ERRCODE = '23514', CONSTRAINT = 'container_held';
  END IF;
  IF EXISTS (
    SELECT 1
    FROM added a
    JOIN reason re ON re.code = a.reason AND re.toward_customer
    JOIN reservation r ON r.id = a.reservation_id
    JOIN promise p ON p.id = r.promise_id
    JOIN need n ON n.id = p.need_id
    JOIN lot lo ON lo.id = a.lot_id
    WHERE lo.last_good_day < CASE
      WHEN a.reason = 'hand_over' THEN needed_day_if_sent(n)
      ELSE needed_day(n)
    END
  ) THEN
    RAISE EXCEPTION 'the goods do not keep long enough' USING ERRCODE = '23514',
      CONSTRAINT = 'goods_keep';
  END IF;

  -- What leaves for a virtual place is shipped.
  UPDATE promise p
  SET reserved = p.reserved - a.qty, shipped = p.shipped + a.qty
  FROM (
    SELECT r.promise_id, sum(a.qty) AS qty
    FROM added a
    JOIN reservation r ON r.id = a.reservation_id
    JOIN place pl ON pl.id = a.to_place AND pl.kind = 'virtual'
    GROUP BY 1
  ) a
  WHERE p.id = a.promise_id;
  RETURN NULL;
END $$;
CREATE TRIGGER movement_posts AFTER INSERT ON movement REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_post();

-- Reservations made or ended by themselves. Those that travel with a movement were counted there.
CREATE FUNCTION reservation_added()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  wanted bigint;
  done bigint;
BEGIN
  IF pg_trigger_depth() > 1 THEN RETURN NULL; END IF;
  PERFORM 1
  FROM stock sk
  JOIN (
    SELECT DISTINCT warehouse_id, place_id, owner_id, item_id, lot_id
    FROM added
  ) k USING (warehouse_id, place_id, owner_id, item_id, lot_id)
  WHERE sk.status = 'good'
  ORDER BY sk.warehouse_id, sk.place_id, sk.owner_id, sk.item_id, sk.lot_id
  FOR UPDATE OF sk;
  WITH delta AS (
    SELECT warehouse_id, place_id, owner_id, item_id, lot_id, sum(qty) AS qty
    FROM added
    GROUP BY 1, 2, 3, 4, 5
  ), written AS (
    UPDATE stock sk
    SET reserved = sk.reserved + d.qty
    FROM delta d
    WHERE sk.warehouse_id = d.warehouse_id
      AND sk.place_id = d.place_id
      AND sk.owner_id = d.owner_id
      AND sk.item_id = d.item_id
      AND sk.lot_id = d.lot_id
      AND sk.status = 'good'
    RETURNING 1
  )
  SELECT (SELECT count(*) FROM delta), (SELECT count(*) FROM written)
  INTO wanted, done;
  IF wanted <> done THEN
    RAISE EXCEPTION 'reserved where there is nothing' USING ERRCODE = '23514',
      CONSTRAINT = 'stock_reserved_within';
  END IF;
  UPDATE promise p
  SET reserved = p.reserved + d.qty
  FROM (SELECT promise_id, sum(qty) AS qty FROM added GROUP BY 1) d
  WHERE p.id = d.promise_id;
  RETURN NULL;
END $$;
CREATE TRIGGER reservation_adds AFTER INSERT ON reservation REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION reservation_added();

-- UNION ALL and GROUP BY, not a join of OLD and NEW: the join kept a plan made for small
-- statements.
CREATE FUNCTION reservation_changed()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF pg_trigger_depth() > 1 THEN RETURN NULL; END IF;
  PERFORM 1
  FROM stock sk
  JOIN (
    SELECT DISTINCT warehouse_id, place_id, owner_id, item_id, lot_id
    FROM was
  ) k USING (warehouse_id, place_id, owner_id, item_id, lot_id)
  WHERE sk.status = 'good'
  ORDER BY sk.warehouse_id, sk.place_id, sk.owner_id, sk.item_id, sk.lot_id
  FOR UPDATE OF sk;
  UPDATE stock sk
  SET reserved = sk.reserved + d.qty
  FROM (
    SELECT warehouse_id, place_id, owner_id, item_id, lot_id, sum(qty) AS qty
    FROM (
      SELECT warehouse_id, place_id, owner_id, item_id, lot_id, qty
      FROM becomes
      UNION ALL
      SELECT warehouse_id, place_id, owner_id, item_id, lot_id, -qty
      FROM was
    ) b
    GROUP BY 1, 2, 3, 4, 5
    HAVING sum(qty) <> 0
  ) d
  WHERE sk.warehouse_id = d.warehouse_id
    AND sk.place_id = d.place_id
    AND sk.owner_id = d.owner_id
    AND sk.item_id = d.item_id
    AND sk.lot_id = d.lot_id
    AND sk.status = 'good';
  UPDATE promise p
  SET reserved = p.reserved + d.qty
  FROM (
    SELECT promise_id, sum(qty) AS qty
    FROM (
      SELECT promise_id, qty
      FROM becomes
      UNION ALL
      SELECT promise_id, -qty
      FROM was
    ) b
    GROUP BY 1
    HAVING sum(qty) <> 0
  ) d
  WHERE p.id = d.promise_id;
  RETURN NULL;
END $$;
CREATE TRIGGER reservation_changes AFTER UPDATE ON reservation
  REFERENCING OLD TABLE AS was NEW TABLE AS becomes
  FOR EACH STATEMENT EXECUTE FUNCTION reservation_changed();

CREATE FUNCTION placement_post()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  done bigint;
BEGIN
  UPDATE place pl
  SET parent_id = a.to_place
  FROM added a
  WHERE pl.id = a.container_id AND pl.parent_id IS NOT DISTINCT FROM a.from_place;
  GET DIAGNOSTICS done = ROW_COUNT;
  IF done <> (SELECT count(*) FROM added) THEN
    RAISE EXCEPTION 'the container does not stand there' USING ERRCODE = '23514',
      CONSTRAINT = 'container_stands_there';
  END IF;
  PERFORM settle_containers((SELECT array_agg(container_id) FROM added));
  RETURN NULL;
END $$;
CREATE TRIGGER placement_posts AFTER INSERT ON placement REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION placement_post();

CREATE FUNCTION sweep_zero()
RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM stock
  WHERE (warehouse_id, place_id, owner_id, item_id, lot_id, status) IN (
    SELECT warehouse_id, place_id, owner_id, item_id, lot_id, status
    FROM stock
    WHERE on_hand = 0 AND reserved = 0
    FOR UPDATE SKIP LOCKED
  );
  DELETE FROM sweep;
  RETURN NULL;
END $$;
CREATE TRIGGER sweep_runs AFTER INSERT ON sweep FOR EACH STATEMENT EXECUTE FUNCTION sweep_zero();
