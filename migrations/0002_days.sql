-- Days: when a warehouse works and a carrier drives, and until when goods must be good. A promise
-- keeps what the goods need as a rule; the day that follows from it moves on with the clock.

-- The moment in which days are decided. Nothing moves it; the tests' template puts another body in
-- its place, and `doctor` says so.
CREATE FUNCTION site_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT now() $$;

-- The warehouse's calendar day: the only "today" there is.
CREATE FUNCTION today(p_warehouse bigint) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT (site_now() AT TIME ZONE tz)::date FROM warehouse WHERE id = p_warehouse
$$;

-- An instant as people there read it: the time, with its day unless that is today; empty: never.
CREATE FUNCTION clock_at(p_at timestamptz, p_warehouse bigint) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE
      WHEN p_at = 'infinity' THEN ''
      WHEN (p_at AT TIME ZONE w.tz)::date = today(w.id)
        THEN to_char(p_at AT TIME ZONE w.tz, 'HH24:MI')
      ELSE to_char(p_at AT TIME ZONE w.tz, 'MM-DD HH24:MI')
    END
  FROM warehouse w
  WHERE w.id = p_warehouse
$$;

-- In how many minutes it is; below zero once it is past, null: never.
CREATE FUNCTION minutes_to(p_at timestamptz) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_at < 'infinity' THEN floor(extract(epoch FROM p_at - site_now()) / 60)::bigint
  END
$$;

CREATE TABLE carrier (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code           text NOT NULL CONSTRAINT carrier_code_once UNIQUE,
  name           text NOT NULL
);

-- Waybill numbers of a carrier without a service of its own: a warehouse's, or of all that have
-- none.
CREATE TABLE waybill_range (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  carrier_id   bigint NOT NULL REFERENCES carrier,
  warehouse_id bigint REFERENCES warehouse,
  prefix       text NOT NULL,
  next         bigint NOT NULL CONSTRAINT waybill_range_next CHECK (next > 0),
  last         bigint NOT NULL
);
CREATE UNIQUE INDEX waybill_range_once ON waybill_range (carrier_id, coalesce(warehouse_id, 0));

-- How a carrier drives: on the days of its calendar, from its cut-off, so many of its working days
-- long.
CREATE TABLE carrier_service (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  carrier_id   bigint NOT NULL REFERENCES carrier,
  code         text NOT NULL,
  name         text NOT NULL,
  calendar_id  bigint REFERENCES calendar,
  -- Inclusive, by the clock of the warehouse.
  cutoff       time NOT NULL DEFAULT '18:00',
  transit_days int NOT NULL DEFAULT 2 CONSTRAINT service_transit_days CHECK (transit_days >= 0),
  -- What a shipment travels by where nothing says otherwise.
  standard     boolean NOT NULL DEFAULT false,
  CONSTRAINT service_code_once UNIQUE (carrier_id, code)
);
CREATE UNIQUE INDEX service_standard_once ON carrier_service (carrier_id) WHERE standard;

-- Another cut-off at a warehouse, on a weekday (ISO: Monday is 1), or both; what is empty is any.
CREATE TABLE service_cutoff (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  service_id   bigint NOT NULL REFERENCES carrier_service,
  warehouse_id bigint REFERENCES warehouse,
  weekday      int CONSTRAINT service_cutoff_weekday CHECK (weekday BETWEEN 1 AND 7),
  cutoff       time NOT NULL
);
CREATE UNIQUE INDEX service_cutoff_once
  ON service_cutoff (service_id, coalesce(warehouse_id, 0), coalesce(weekday, 0));

-- How long it takes to a region; what is empty is any.
CREATE TABLE service_region (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  service_id   bigint NOT NULL REFERENCES carrier_service,
  country      text NOT NULL DEFAULT '',
  province     text NOT NULL DEFAULT '',
  city         text NOT NULL DEFAULT '',
  -- The beginning of a postcode.
  postcode     text NOT NULL DEFAULT '',
  transit_days int NOT NULL CONSTRAINT service_region_days CHECK (transit_days >= 0),
  CONSTRAINT service_region_once UNIQUE (service_id, country, province, city, postcode)
);

CREATE FUNCTION is_open(p_calendar bigint, p_day date) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (SELECT dy.open FROM calendar_day dy WHERE dy.calendar_id = p_calendar AND dy.day = p_day),
    (
      SELECT extract(isodow FROM p_day)::int = ANY (cal.weekdays)
      FROM calendar cal
      WHERE cal.id = p_calendar
    ),
    true
  )
$$;

-- Until when a parcel must be on the list that day: the earliest of what service and calendars say.
-- Of several cut-offs the warehouse's own counts, and of those the weekday's.
CREATE FUNCTION cutoff_on(p_warehouse bigint, p_service bigint, p_day date)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT (
    p_day + least(
      coalesce(
        (
          SELECT cut.cutoff
          FROM service_cutoff cut
          WHERE cut.service_id = sv.id
            AND (cut.warehouse_id = w.id OR cut.warehouse_id IS NULL)
            AND (cut.weekday = extract(isodow FROM p_day)::int OR cut.weekday IS NULL)
          ORDER BY cut.warehouse_id NULLS LAST, cut.weekday NULLS LAST
          LIMIT 1
        ),
        sv.cutoff
      ),
      (
        SELECT min(dy.until)
        FROM calendar_day dy
        WHERE dy.calendar_id IN (w.calendar_id, sv.calendar_id) AND dy.day = p_day
      )
    )
  ) AT TIME ZONE w.tz
  FROM carrier_service sv
  JOIN warehouse w ON w.id = p_warehouse
  WHERE sv.id = p_service
$$;

-- The day on which a parcel that is ready now leaves: the first that both calendars have open and
-- whose cut-off has not passed. Infinity where a year has none.
CREATE FUNCTION dispatch_day(p_warehouse bigint, p_service bigint)
RETURNS date LANGUAGE plpgsql STABLE AS $$
DECLARE
  first date := today(p_warehouse);
  mine bigint;
  theirs bigint;
BEGIN
  SELECT calendar_id INTO mine FROM warehouse WHERE id = p_warehouse;
  SELECT calendar_id INTO theirs FROM carrier_service WHERE id = p_service;
  FOR ahead IN 0..366 LOOP
    IF is_open(mine, first + ahead)
      AND is_open(theirs, first + ahead)
      AND (ahead > 0 OR site_now() <= cutoff_on(p_warehouse, p_service, first))
    THEN
      RETURN first + ahead;
    END IF;
  END LOOP;
  RETURN 'infinity';
END $$;

CREATE FUNCTION next_cutoff(p_warehouse bigint, p_service bigint)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    cutoff_on(p_warehouse, p_service, dispatch_day(p_warehouse, p_service)),
    'infinity'
  )
$$;

-- The day of delivery of what leaves on a day: so many of the service's working days later.
CREATE FUNCTION delivery_day(p_service bigint, p_dispatch date, p_transit_days int)
RETURNS date LANGUAGE plpgsql STABLE AS $$
DECLARE
  theirs bigint;
  day date := p_dispatch;
  left_days int := p_transit_days;
BEGIN
  IF NOT isfinite(p_dispatch) THEN RETURN p_dispatch; END IF;
  SELECT calendar_id INTO theirs FROM carrier_service WHERE id = p_service;
  WHILE left_days > 0 LOOP
    day := day + 1;
    IF day > p_dispatch + 400 + p_transit_days THEN RETURN 'infinity'; END IF;
    IF is_open(theirs, day) THEN left_days := left_days - 1; END IF;
  END LOOP;
  RETURN day;
END $$;

-- Transit to a receiver: the longest match of country, province, city and postcode; who matches
-- none is served as the farthest are.
CREATE FUNCTION transit_days_to(p_service bigint, p_receiver json)
RETURNS int LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (
      SELECT sr.transit_days
      FROM service_region sr
      WHERE sr.service_id = sv.id
        AND sr.country IN ('', p_receiver ->> 'country')
        AND sr.province IN ('', p_receiver ->> 'province')
        AND sr.city IN ('', p_receiver ->> 'city')
        AND starts_with(coalesce(p_receiver ->> 'postcode', ''), sr.postcode)
      ORDER BY
        (sr.country <> '')::int + (sr.province <> '')::int + (sr.city <> '')::int
          + (sr.postcode <> '')::int DESC,
        length(sr.postcode) DESC,
        sr.transit_days DESC
      LIMIT 1
    ),
    greatest(
      sv.transit_days,
      (SELECT max(sr.transit_days) FROM service_region sr WHERE sr.service_id = sv.id)
    )
  )
  FROM carrier_service sv
  WHERE sv.id = p_service
$$;

-- The last good day that goods must have to be delivered on a day: so much life left, in days or as
-- a share of the item's shelf life (in its own unit: a month is not thirty days), and still on sale
-- today.
CREATE FUNCTION last_day_needed(p_item bigint, p_today date, p_delivery date, p_life_days int,
  p_life_pct int)
RETURNS date LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN NOT isfinite(p_delivery) THEN p_delivery
    ELSE greatest(
      p_today + i.stop_sale_days,
      p_delivery + p_life_days,
      p_delivery + ceil(
        p_life_pct * (
          (
            p_delivery + make_interval(
              days => CASE WHEN i.shelf_life_unit = 'day' THEN i.shelf_life ELSE 0 END,
              months => CASE WHEN i.shelf_life_unit = 'month' THEN i.shelf_life ELSE 0 END,
              years => CASE WHEN i.shelf_life_unit = 'year' THEN i.shelf_life ELSE 0 END
            )
          )::date - p_delivery
        ) / 100.0
      )::int
    )
  END
  FROM item i
  WHERE i.id = p_item
$$;

-- What goods must have, as a rule: whoever needs the same shares a row. The day that follows is
-- kept for as long as it holds, so that asking for it costs a look.
CREATE TABLE need (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  warehouse_id bigint NOT NULL REFERENCES warehouse,
  service_id   bigint NOT NULL REFERENCES carrier_service,
  transit_days int NOT NULL,
  item_id      bigint NOT NULL REFERENCES item,
  life_days    int NOT NULL,
  life_pct     int NOT NULL,
  day          date NOT NULL DEFAULT 'infinity',
  day_from     timestamptz NOT NULL DEFAULT 'infinity',
  day_until    timestamptz NOT NULL DEFAULT '-infinity',
  CONSTRAINT need_once
    UNIQUE (warehouse_id, item_id, service_id, transit_days, life_days, life_pct)
);
CREATE INDEX need_turns ON need (day_until);

CREATE FUNCTION compute_needed_day(p_need need) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT last_day_needed(
    p_need.item_id,
    today(p_need.warehouse_id),
    delivery_day(
      p_need.service_id,
      dispatch_day(p_need.warehouse_id, p_need.service_id),
      p_need.transit_days
    ),
    p_need.life_days,
    p_need.life_pct
  )
$$;

-- The one rule: goods serve a need whose last good day is not before this day. Everybody asks it.
CREATE FUNCTION needed_day(p_need need) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN site_now() >= p_need.day_from AND site_now() < p_need.day_until THEN p_need.day
    ELSE compute_needed_day(p_need)
  END
$$;

-- The same for a parcel that is on a list today: it has met its cut-off, so today is its dispatch.
CREATE FUNCTION needed_day_if_sent(p_need need) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT last_day_needed(
    p_need.item_id,
    today(p_need.warehouse_id),
    delivery_day(p_need.service_id, today(p_need.warehouse_id), p_need.transit_days),
    p_need.life_days,
    p_need.life_pct
  )
$$;

-- When the days of a warehouse's service turn next: at midnight, or when today's cut-off passes.
CREATE FUNCTION day_turns_at(p_warehouse bigint, p_service bigint)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT least(
    (today(p_warehouse) + 1)::timestamp AT TIME ZONE w.tz,
    CASE
      WHEN site_now() <= k.cutoff THEN k.cutoff + interval '1 microsecond'
    END
  )
  FROM warehouse w
  CROSS JOIN LATERAL (SELECT cutoff_on(p_warehouse, p_service, today(p_warehouse)) AS cutoff) k
  WHERE w.id = p_warehouse
$$;

-- Works out the days of needs that have turned: those of some items, or of all. Who else is at it
-- is not waited for: `needed_day` is right without.
CREATE FUNCTION turn_needs(p_warehouse bigint, p_items bigint[], p_most bigint)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  turned bigint;
BEGIN
  WITH stale AS MATERIALIZED (
    SELECT n.id, n.service_id
    FROM need n
    WHERE n.warehouse_id = p_warehouse
      AND (p_items IS NULL OR n.item_id = ANY (p_items))
      AND (n.day_until <= site_now() OR n.day_from > site_now())
    ORDER BY n.id
    LIMIT p_most
    FOR UPDATE SKIP LOCKED
  ), turn AS MATERIALIZED (
    SELECT k.service_id, day_turns_at(p_warehouse, k.service_id) AS at
    FROM (SELECT DISTINCT service_id FROM stale) k
  )
  UPDATE need n
  SET day = compute_needed_day(n), day_from = site_now(), day_until = t.at
  FROM stale k
  JOIN turn t ON t.service_id = k.service_id
  WHERE n.id = k.id;
  GET DIAGNOSTICS turned = ROW_COUNT;
  RETURN turned;
END $$;

-- The day's turn of a warehouse: midnight, and each cut-off. Who does it holds the lease, and what
-- it says at the end counts only under its fencing token.
CREATE TABLE day_turn (
  warehouse_id  bigint PRIMARY KEY REFERENCES warehouse,
  next_at       timestamptz NOT NULL DEFAULT '-infinity',
  turned_at     timestamptz,
  lease_until   timestamptz,
  fencing_token bigint NOT NULL DEFAULT 0
);

-- What the days were worked out from has changed: they are worked out anew when they are asked for.
CREATE FUNCTION forget_needed_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE need SET day_until = '-infinity' WHERE day_until > '-infinity';
  UPDATE day_turn SET next_at = '-infinity' WHERE next_at > '-infinity';
  RETURN NULL;
END $$;
CREATE TRIGGER calendar_days_anew AFTER INSERT OR UPDATE OR DELETE ON calendar
  FOR EACH STATEMENT EXECUTE FUNCTION forget_needed_days();
CREATE TRIGGER calendar_day_days_anew AFTER INSERT OR UPDATE OR DELETE ON calendar_day
  FOR EACH STATEMENT EXECUTE FUNCTION forget_needed_days();
CREATE TRIGGER service_days_anew AFTER UPDATE ON carrier_service
  FOR EACH STATEMENT EXECUTE FUNCTION forget_needed_days();
CREATE TRIGGER service_cutoff_days_anew AFTER INSERT OR UPDATE OR DELETE ON service_cutoff
  FOR EACH STATEMENT EXECUTE FUNCTION forget_needed_days();
CREATE TRIGGER warehouse_days_anew AFTER UPDATE OF tz, calendar_id ON warehouse
  FOR EACH STATEMENT EXECUTE FUNCTION forget_needed_days();

CREATE FUNCTION forget_items_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE need SET day_until = '-infinity' WHERE item_id = new.id AND day_until > '-infinity';
  UPDATE day_turn SET next_at = '-infinity' WHERE next_at > '-infinity';
  RETURN NULL;
END $$;
CREATE TRIGGER item_days_anew AFTER UPDATE ON item FOR EACH ROW
  WHEN (
    old.shelf_life IS DISTINCT FROM new.shelf_life
    OR old.shelf_life_unit IS DISTINCT FROM new.shelf_life_unit
    OR old.stop_sale_days <> new.stop_sale_days
  )
  EXECUTE FUNCTION forget_items_days();
