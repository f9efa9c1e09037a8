-- What people hold in their hands: commands, where a person stands, totes, parcels, labels, lists.

-- Every gesture once: sent again, it gets its first answer.
CREATE TABLE command (
  id        uuid PRIMARY KEY,
  person_id bigint NOT NULL REFERENCES person,
  at        timestamptz NOT NULL DEFAULT now(),
  -- What the person was told: a key of the catalogue, or empty.
  feedback  text NOT NULL,
  -- Null: the answer is where the person stands.
  reply     json
);
-- Written with every gesture, read by the tidying alone.
CREATE INDEX command_by_age ON command USING brin (at);

-- What is kept of a terminal's session: whoever reads it cannot speak as that terminal.
CREATE FUNCTION session_key(p_session uuid) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(uuid_send(p_session))
$$;

-- Where a person stands. It belongs to the person, not to a terminal.
CREATE TABLE standing (
  person_id   bigint PRIMARY KEY REFERENCES person,
  -- The terminal that may speak for the person now; the last badge wins. Null: nobody speaks for
  -- them.
  session     bytea,
  terminal    text NOT NULL DEFAULT '',
  version     bigint NOT NULL DEFAULT 0,
  step        json NOT NULL,
  bench_id    bigint REFERENCES bench,
  updated_at  timestamptz NOT NULL DEFAULT now()
);
-- What people have in hand, read from where they stand. The program writes a step as it likes; the
-- names of its parts stand here and in no other query.
CREATE VIEW in_hand AS
SELECT
  sd.person_id,
  sd.session IS NOT NULL AS signed_on,
  sd.updated_at,
  -- Null in the menu.
  (
    SELECT k
    FROM json_object_keys(
      CASE WHEN json_typeof(sd.step) = 'object' THEN sd.step ELSE '{}' END
    ) k
    LIMIT 1
  ) AS activity,
  (sd.step -> 'pick' ->> 'reservation_id')::bigint AS picked_reservation_id,
  (sd.step -> 'pick' ->> 'counted')::bigint AS counted,
  (sd.step -> 'pack' ->> 'shipment_id')::bigint AS packed_shipment_id,
  -- The box that was closed and waits for its label.
  (sd.step -> 'pack' ->> 'closing')::bigint AS closed_parcel_id,
  (sd.step -> 'hand_over' ->> 'list_id')::bigint AS list_id,
  (sd.step -> 'put_back' ->> 'task_id')::bigint AS task_id,
  (sd.step -> 'exceptions' ->> 'exception_id')::bigint AS exception_id
FROM standing sd;
-- Who is signed on or left something, and what they do.
CREATE VIEW at_work AS
SELECT
  pe.id AS person_id,
  pe.code,
  pe.name,
  pe.role,
  -- Null: in any.
  pe.warehouse_id,
  ih.updated_at,
  t.id AS trip_id,
  t.trip_no,
  CASE
    WHEN NOT ih.signed_on THEN 'away'
    WHEN ih.activity IS NULL OR (ih.activity = 'pick' AND t.id IS NULL) THEN 'idle'
    ELSE ih.activity
  END AS doing
FROM in_hand ih
JOIN person pe ON pe.id = ih.person_id AND pe.active
LEFT JOIN trip t ON t.person_id = pe.id AND t.state = 'claimed';
-- Where the next stop of a walk is; null where none is left.
CREATE FUNCTION next_zone(p_trip bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT b.zone
  FROM stop st
  JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
  JOIN place pl ON pl.id = st.place_id
  JOIN bin b ON b.place_id = pl.bin_id
  WHERE st.trip_id = p_trip
  ORDER BY st.skips, st.walk, b.seq, st.id
  LIMIT 1
$$;
-- Where on a planned walk a stop is met best that nobody planned: with the nearest of those that
-- are still to come, one of its own aisle if there is one.
CREATE FUNCTION walk_beside(p_trip bigint, p_place bigint) RETURNS int LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (
      SELECT st.walk
      FROM place pl
      JOIN bin b ON b.place_id = pl.bin_id
      JOIN stop st ON st.trip_id = p_trip AND st.walk > 0
      JOIN place stop_pl ON stop_pl.id = st.place_id
      JOIN bin stop_b ON stop_b.place_id = stop_pl.bin_id
      WHERE pl.id = p_place
        AND EXISTS (SELECT 1 FROM reservation r WHERE r.stop_id = st.id AND r.ended_at IS NULL)
      ORDER BY
        (stop_b.area, stop_b.aisle) = (b.area, b.aisle) DESC,
        -- How far behind the front says nothing about another aisle.
        CASE
          WHEN (stop_b.area, stop_b.aisle) = (b.area, b.aisle)
            THEN abs(stop_b.position_mm - b.position_mm)
        END,
        stop_b.area = b.area DESC,
        abs(stop_b.seq - b.seq),
        st.walk
      LIMIT 1
    ),
    0
  )
$$;
-- Does a terminal ask for the badge again, that long after the last scan there?
CREATE FUNCTION stood_too_long(p_since timestamptz, p_locks_after_min int)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT p_locks_after_min > 0 AND p_since < now() - make_interval(mins => p_locks_after_min)
$$;
-- Whose rights change sees another screen: what was scanned on the one before is asked anew.
CREATE FUNCTION rights_changed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE standing sd
  SET version = sd.version + 1
  FROM person pe
  WHERE pe.id = sd.person_id AND pe.role = new.code;
  RETURN NULL;
END $$;
CREATE TRIGGER rights_are_seen AFTER UPDATE OF rights ON role FOR EACH ROW
  WHEN (old.rights <> new.rights) EXECUTE FUNCTION rights_changed();
CREATE FUNCTION limits_changed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE standing sd
  SET version = sd.version + 1
  FROM person pe
  JOIN role ro ON ro.code = pe.role
  WHERE pe.id = sd.person_id AND ro.id IN (SELECT role_id FROM touched);
  RETURN NULL;
END $$;
CREATE TRIGGER limits_are_seen AFTER INSERT ON role_owner REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION limits_changed();
CREATE TRIGGER limits_are_lifted AFTER DELETE ON role_owner REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION limits_changed();
CREATE TRIGGER limits_are_seen AFTER INSERT ON role_shop REFERENCING NEW TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION limits_changed();
CREATE TRIGGER limits_are_lifted AFTER DELETE ON role_shop REFERENCING OLD TABLE AS touched
  FOR EACH STATEMENT EXECUTE FUNCTION limits_changed();
CREATE FUNCTION role_changed() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE standing
  SET version = version + 1
  WHERE person_id = new.id;
  RETURN NULL;
END $$;
CREATE TRIGGER role_is_seen AFTER UPDATE OF role ON person FOR EACH ROW
  WHEN (old.role <> new.role) EXECUTE FUNCTION role_changed();

-- What a person must be told on their next screen: what the shop, a colleague or a supervisor
-- changed under their hands. It stands there until a gesture is taken that was made in its sight.
CREATE TABLE notice (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  person_id  bigint NOT NULL REFERENCES person,
  at         timestamptz NOT NULL DEFAULT now(),
  -- A key of the catalogue and its arguments.
  text       json NOT NULL,
  -- The version of the person's standing that shows it; null until it was shown. Gestures made
  -- before are refused.
  version    bigint,
  seen_at    timestamptz
);
CREATE INDEX notice_unseen ON notice (person_id, id) WHERE seen_at IS NULL;
CREATE INDEX notice_by_age ON notice (seen_at) WHERE seen_at IS NOT NULL;

-- A tote is used for one shipment until its last unit has left, or for a whole trip that is picked
-- in total.
CREATE TABLE tote_use (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  container_id bigint NOT NULL REFERENCES container,
  shipment_id  bigint REFERENCES shipment,
  trip_id      bigint NOT NULL REFERENCES trip,
  full_at      timestamptz,
  freed_at     timestamptz
);
CREATE UNIQUE INDEX tote_used_once ON tote_use (container_id) WHERE freed_at IS NULL;
CREATE INDEX tote_use_by_shipment ON tote_use (shipment_id);
CREATE INDEX tote_use_by_trip ON tote_use (trip_id) WHERE freed_at IS NULL;

-- Shipments that a bench may take: picked, and nobody has to decide anything about them first.
CREATE VIEW packable_shipment AS
SELECT s.id, s.priority, s.cutoff_at
FROM shipment s
WHERE s.state IN ('picked', 'packing')
  AND NOT EXISTS (
    SELECT 1
    FROM exception e
    WHERE e.shipment_id = s.id AND e.done_at IS NULL
  )
  AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = s.id);

CREATE TABLE parcel (
  place_id     bigint PRIMARY KEY REFERENCES container,
  warehouse_id bigint NOT NULL REFERENCES warehouse,
  shipment_id  bigint NOT NULL REFERENCES shipment,
  sscc         text NOT NULL CONSTRAINT parcel_sscc_once UNIQUE CHECK (sscc ~ '^[0-9]{18}$'),
  state        text NOT NULL DEFAULT 'open'
    CHECK (state IN ('open','closed','labelled','handed_over','void')),
  bench_id     bigint REFERENCES bench,
  weight_g     bigint NOT NULL DEFAULT 0,
  carrier_id   bigint NOT NULL REFERENCES carrier,
  waybill      text CONSTRAINT parcel_waybill_once UNIQUE
);
CREATE INDEX parcel_by_shipment ON parcel (shipment_id);
-- Which order lines went into a parcel, as it was closed.
CREATE TABLE parcel_line (
  parcel_id     bigint NOT NULL REFERENCES parcel,
  order_line_id bigint NOT NULL REFERENCES order_line,
  qty           bigint NOT NULL CHECK (qty > 0),
  PRIMARY KEY (parcel_id, order_line_id)
);
-- One box of a shipment is open at a time.
CREATE UNIQUE INDEX parcel_open_once ON parcel (shipment_id) WHERE state = 'open';
CREATE INDEX parcel_closed ON parcel (place_id) WHERE state = 'closed';
CREATE INDEX parcel_labelled ON parcel (warehouse_id, place_id) WHERE state = 'labelled';
-- The last one of a bench, to be printed again.
CREATE INDEX parcel_of_bench ON parcel (bench_id, place_id)
  WHERE state IN ('labelled', 'handed_over');
CREATE SEQUENCE sscc_serial MAXVALUE 999999999;

-- A ledger: a parcel that is opened or sent elsewhere gets another version, and the one before is
-- void. What was got stays as it was, until it is old.
CREATE TABLE label (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  parcel_id  bigint NOT NULL REFERENCES parcel,
  version    int NOT NULL,
  state      text NOT NULL DEFAULT 'asked'
    CHECK (state IN ('asked','got','printed','on_box','void')),
  asked_at   timestamptz NOT NULL DEFAULT now(),
  got_at     timestamptz,
  void_at    timestamptz,
  waybill    text,
  bytes      bytea,
  byte_count int NOT NULL GENERATED ALWAYS AS (coalesce(length(bytes), 0)) STORED,
  -- Receivers stand on labels: nobody keeps them for ever.
  erased_at  timestamptz,
  CONSTRAINT label_version_once UNIQUE (parcel_id, version),
  CONSTRAINT label_got_has_bytes
    CHECK ((got_at IS NULL) = (bytes IS NULL AND erased_at IS NULL)),
  CONSTRAINT label_is_got CHECK (state IN ('asked','void') OR got_at IS NOT NULL),
  CONSTRAINT label_void_since CHECK ((state = 'void') = (void_at IS NOT NULL))
);
CREATE UNIQUE INDEX label_live_once ON label (parcel_id) WHERE state <> 'void';
CREATE INDEX label_to_erase ON label (got_at) WHERE bytes IS NOT NULL;
CREATE FUNCTION label_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'what was got stays as it was' USING ERRCODE = '23514',
    CONSTRAINT = 'label_stays';
END $$;
CREATE TRIGGER label_is_kept BEFORE UPDATE ON label FOR EACH ROW
  WHEN (
    old.state = 'void' AND new.state <> 'void'
    OR (old.parcel_id, old.version, old.asked_at)
      IS DISTINCT FROM (new.parcel_id, new.version, new.asked_at)
    OR old.got_at IS NOT NULL
      AND (
        (old.got_at, old.waybill) IS DISTINCT FROM (new.got_at, new.waybill)
        OR new.bytes IS DISTINCT FROM old.bytes AND new.erased_at IS NULL
      )
  )
  EXECUTE FUNCTION label_stays();

-- The print spool. What is not done is sent again; of `unknown` some may have come, so what is sent
-- then is a copy and says so. It is so from the moment that it is begun until its end is known.
CREATE TABLE print_job (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  label_id    bigint NOT NULL REFERENCES label,
  printer_id  bigint NOT NULL REFERENCES printer,
  copy        boolean NOT NULL DEFAULT false,
  state       text NOT NULL DEFAULT 'waiting'
    CHECK (state IN ('waiting','written','taken','printed','unknown','failed')),
  done_at     timestamptz,
  attempts    int NOT NULL DEFAULT 0,
  next_at     timestamptz NOT NULL DEFAULT now(),
  fencing_token       bigint NOT NULL DEFAULT 0,
  last_error  text NOT NULL DEFAULT '',
  CONSTRAINT print_job_done_since
    CHECK ((state IN ('written','taken','printed')) = (done_at IS NOT NULL))
);
-- Each printer's in their order.
CREATE INDEX print_job_waiting ON print_job (printer_id, id) WHERE done_at IS NULL;
CREATE INDEX print_job_by_label ON print_job (label_id);

-- A closed box asks for a label.
CREATE FUNCTION ask_for_labels(p_parcels bigint[]) RETURNS void LANGUAGE sql AS $$
  INSERT INTO label (parcel_id, version)
  SELECT k.parcel_id, 1 + (SELECT count(*) FROM label la WHERE la.parcel_id = k.parcel_id)
  FROM unnest(p_parcels) AS k (parcel_id)
  ON CONFLICT DO NOTHING
$$;

-- The labels on boxes, or asked for, mean nothing any more; none of them is printed from now on.
CREATE FUNCTION void_labels(p_parcels bigint[]) RETURNS void LANGUAGE sql AS $$
  UPDATE label
  SET state = 'void', void_at = now()
  WHERE parcel_id = ANY (p_parcels) AND state <> 'void';
  DELETE FROM print_job
  WHERE done_at IS NULL
    AND label_id IN (SELECT id FROM label WHERE parcel_id = ANY (p_parcels))
$$;

CREATE TABLE hand_over (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  warehouse_id bigint NOT NULL REFERENCES warehouse,
  code         text NOT NULL CONSTRAINT hand_over_code_once UNIQUE,
  carrier_id   bigint NOT NULL REFERENCES carrier,
  closed_at    timestamptz,
  closed_by    bigint REFERENCES person
);
CREATE UNIQUE INDEX hand_over_open_once ON hand_over (warehouse_id, carrier_id)
  WHERE closed_at IS NULL;
CREATE SEQUENCE hand_over_number;
CREATE TABLE hand_over_parcel (
  hand_over_id bigint NOT NULL REFERENCES hand_over,
  parcel_id   bigint NOT NULL CONSTRAINT hand_over_parcel_once UNIQUE REFERENCES parcel,
  -- In the order of their scans.
  seq         bigint GENERATED ALWAYS AS IDENTITY,
  PRIMARY KEY (hand_over_id, parcel_id)
);

-- Other floor work. Here: what a cancelled shipment leaves in totes and boxes.
CREATE TABLE task (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  warehouse_id bigint NOT NULL REFERENCES warehouse,
  task_no      text NOT NULL CONSTRAINT task_no_once UNIQUE,
  kind         text NOT NULL CHECK (kind IN ('put_back')),
  state        text NOT NULL DEFAULT 'open'
    CHECK (state IN ('open','waiting','claimed','done','cancelled')),
  priority     int NOT NULL DEFAULT 0,
  due_at       timestamptz,
  person_id    bigint REFERENCES person,
  -- A tote or a box; or a bench, for what was found there.
  container_id bigint NOT NULL REFERENCES place
);
CREATE SEQUENCE task_number;
CREATE UNIQUE INDEX task_open_once ON task (container_id)
  WHERE state IN ('open','waiting','claimed');
CREATE INDEX task_open ON task (warehouse_id) WHERE state = 'open';

-- Is what lies in a place, and in what stands there, a person's to work with? In use or packed it
-- is for whom it is sent, otherwise whose goods it holds.
CREATE FUNCTION holds_theirs(p_person bigint, p_place bigint)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT NOT EXISTS (
      SELECT 1
      FROM parcel pc
      JOIN shipment s ON s.id = pc.shipment_id
      WHERE pc.place_id = p_place AND s.shop_id NOT IN (SELECT shops_of(p_person))
    )
    AND NOT EXISTS (
      SELECT 1
      FROM tote_use u
      LEFT JOIN trip_shipment ts ON ts.trip_id = u.trip_id AND u.shipment_id IS NULL
      JOIN shipment s ON s.id = coalesce(u.shipment_id, ts.shipment_id)
      WHERE u.container_id = p_place
        AND u.freed_at IS NULL
        AND s.shop_id NOT IN (SELECT shops_of(p_person))
    )
    AND (
      EXISTS (SELECT 1 FROM parcel pc WHERE pc.place_id = p_place)
      OR EXISTS (
        SELECT 1
        FROM tote_use u
        WHERE u.container_id = p_place AND u.freed_at IS NULL
      )
      OR NOT EXISTS (
        SELECT 1
        FROM place pl
        JOIN stock sk ON sk.warehouse_id = pl.warehouse_id AND sk.place_id = pl.id
        WHERE p_place IN (pl.id, pl.parent_id, pl.bin_id)
          AND sk.on_hand > 0
          AND sk.owner_id NOT IN (SELECT owners_of(p_person))
      )
    )
$$;
-- The open exceptions that a person works with.
CREATE FUNCTION exceptions_of(p_person bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
  SELECT e.id
  FROM exception e
  LEFT JOIN shipment s ON s.id = e.shipment_id
  LEFT JOIN orders o ON o.id = e.order_id
  LEFT JOIN item i ON i.id = e.item_id
  WHERE e.done_at IS NULL
    AND CASE
      WHEN coalesce(s.shop_id, o.shop_id, e.shop_id) IS NULL
        THEN i.owner_id IN (SELECT owners_of(p_person))
      ELSE coalesce(s.shop_id, o.shop_id, e.shop_id) IN (SELECT shops_of(p_person))
        AND (i.id IS NULL OR i.owner_id IN (SELECT owners_of(p_person)))
    END
$$;

-- Does a person work with this: all of it for shops and owners that are theirs? Who is limited to
-- none works with everything. Bins and people are everybody's; totes, cartons and parcels are whose
-- goods they hold and whom they are for.
CREATE FUNCTION sees(p_person bigint, p_kind text, p_id bigint)
RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT NOT is_limited(p_person) OR CASE p_kind
    WHEN 'shop' THEN p_id IN (SELECT shops_of(p_person))
    WHEN 'owner' THEN p_id IN (SELECT owners_of(p_person))
    WHEN 'order' THEN (
      SELECT o.shop_id FROM orders o WHERE o.id = p_id
    ) IN (SELECT shops_of(p_person))
    WHEN 'customer' THEN (
      SELECT cu.shop_id FROM customer cu WHERE cu.id = p_id
    ) IN (SELECT shops_of(p_person))
    WHEN 'shipment' THEN (
      SELECT s.shop_id FROM shipment s WHERE s.id = p_id
    ) IN (SELECT shops_of(p_person))
    WHEN 'parcel' THEN (
      SELECT s.shop_id
      FROM parcel pc
      JOIN shipment s ON s.id = pc.shipment_id
      WHERE pc.place_id = p_id
    ) IN (SELECT shops_of(p_person))
    WHEN 'item' THEN (
      SELECT i.owner_id FROM item i WHERE i.id = p_id
    ) IN (SELECT owners_of(p_person))
    WHEN 'lot' THEN (
      SELECT lo.owner_id FROM lot lo WHERE lo.id = p_id
    ) IN (SELECT owners_of(p_person))
    WHEN 'trip' THEN NOT EXISTS (
      SELECT 1
      FROM trip_shipment ts
      JOIN shipment s ON s.id = ts.shipment_id
      WHERE ts.trip_id = p_id AND s.shop_id NOT IN (SELECT shops_of(p_person))
    )
    WHEN 'wave' THEN NOT EXISTS (
      SELECT 1
      FROM shipment s
      WHERE s.wave_id = p_id AND s.shop_id NOT IN (SELECT shops_of(p_person))
    )
    WHEN 'hand_over' THEN NOT EXISTS (
      SELECT 1
      FROM hand_over_parcel hp
      JOIN parcel pc ON pc.place_id = hp.parcel_id
      JOIN shipment s ON s.id = pc.shipment_id
      WHERE hp.hand_over_id = p_id AND s.shop_id NOT IN (SELECT shops_of(p_person))
    )
    WHEN 'exception' THEN p_id IN (SELECT exceptions_of(p_person))
    WHEN 'place' THEN EXISTS (SELECT 1 FROM place pl WHERE pl.id = p_id AND pl.kind <> 'container')
      OR holds_theirs(p_person, p_id)
    WHEN 'container' THEN holds_theirs(p_person, p_id)
    WHEN 'goods_in' THEN holds_theirs(p_person, p_id)
    ELSE p_kind IN ('person', 'role')
  END
$$;
-- A hold is theirs whose subject is; of a place, whose goods it stops.
CREATE FUNCTION sees_hold(p_person bigint, p_hold bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT sees(
    p_person,
    CASE WHEN hd.subject IN ('place', 'container') THEN 'goods_in' ELSE hd.subject END,
    hd.subject_id
  )
  FROM hold hd
  WHERE hd.id = p_hold
$$;
-- All that waits for somebody, whatever it is. Its kind is also the right that it asks for; a walk
-- leads through zones, a box or a tote is for one shop, a task is about a container.
CREATE VIEW queue AS
SELECT
  'pick' AS kind, t.warehouse_id, t.priority, t.due_at, t.id AS trip_id, NULL::bigint AS shop_id,
  NULL::bigint AS container_id
FROM trip t
WHERE t.state = 'open'
UNION ALL
SELECT 'pack', s.warehouse_id, s.priority, s.cutoff_at, NULL, s.shop_id, NULL
FROM shipment s
WHERE s.state = 'picked'
  AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = s.id)
UNION ALL
SELECT
  tk.kind, tk.warehouse_id, tk.priority, coalesce(tk.due_at, 'infinity'), NULL, NULL,
  tk.container_id
FROM task tk
WHERE tk.state = 'open'
UNION ALL
SELECT 'hand_over', pc.warehouse_id, s.priority, s.cutoff_at, NULL, s.shop_id, NULL
FROM parcel pc
JOIN shipment s ON s.id = pc.shipment_id
WHERE pc.state = 'labelled'
  AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = s.id)
  AND NOT EXISTS (SELECT 1 FROM hand_over_parcel hp WHERE hp.parcel_id = pc.place_id);

-- Does a bin lie in one of these zones? In none in particular, it does.
CREATE FUNCTION lies_in(p_bin bigint, p_zones text[]) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT p_zones = '{}' OR EXISTS (
    SELECT 1
    FROM bin b
    WHERE b.place_id = p_bin AND b.zone = ANY (p_zones)
  )
$$;

-- Does a walk lead through one of these zones? Through none in particular, it does.
CREATE FUNCTION walks_in(p_trip bigint, p_zones text[]) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT p_zones = '{}' OR EXISTS (
    SELECT 1
    FROM stop st
    JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
    JOIN place pl ON pl.id = st.place_id
    JOIN bin b ON b.place_id = pl.bin_id
    WHERE st.trip_id = p_trip AND b.zone = ANY (p_zones)
  )
$$;

-- Background work: one row per kind, shop and stream; claimed by lease, fenced by number.
CREATE TABLE job (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind       text NOT NULL CHECK (kind IN ('pull', 'push', 'compare')),
  shop_id    bigint NOT NULL REFERENCES shop,
  stream     text NOT NULL DEFAULT 'orders',
  -- Everything the shop changed before this is here.
  high_water_mark timestamptz,
  -- Where a half-read window goes on; empty between windows.
  cursor     text NOT NULL DEFAULT '',
  -- Where the high-water mark goes when the window is read to its end.
  window_to  timestamptz,
  next_at    timestamptz NOT NULL DEFAULT now(),
  lease_until timestamptz,
  fencing_token      bigint NOT NULL DEFAULT 0,
  last_success_at timestamptz,
  -- The shop called that something changed; a pull that was under way then looks once more.
  claimed_at timestamptz,
  woken_at   timestamptz,
  orders_pulled bigint NOT NULL DEFAULT 0,
  errors     int NOT NULL DEFAULT 0,
  last_error text NOT NULL DEFAULT '',
  CONSTRAINT job_once UNIQUE (kind, shop_id, stream)
);

CREATE TABLE outbox (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shop_id    bigint NOT NULL REFERENCES shop,
  kind       text NOT NULL CHECK (kind IN ('dispatch')),
  -- Kept through every retry, so that the shop sees one effect.
  key        uuid NOT NULL CONSTRAINT outbox_key_once UNIQUE,
  parcel_id  bigint NOT NULL REFERENCES parcel,
  order_no   text NOT NULL,
  body       json NOT NULL,
  state      text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting','sent','refused')),
  attempts   int NOT NULL DEFAULT 0,
  next_at    timestamptz NOT NULL DEFAULT now(),
  fencing_token      bigint NOT NULL DEFAULT 0,
  last_error text NOT NULL DEFAULT '',
  -- When it was written, then when the shop last answered.
  told_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT outbox_once UNIQUE (kind, parcel_id, order_no)
);
CREATE INDEX outbox_waiting ON outbox (shop_id, id) WHERE state = 'waiting';
CREATE INDEX outbox_by_order ON outbox (shop_id, order_no, id);
CREATE INDEX outbox_refused ON outbox (shop_id) WHERE state = 'refused';
