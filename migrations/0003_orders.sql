-- What shops sold, what warehouses send, and what was promised in between.

CREATE TABLE shop (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code          text NOT NULL CONSTRAINT shop_code_once UNIQUE,
  -- Whose goods it sells.
  owner_id      bigint NOT NULL DEFAULT default_owner() REFERENCES owner,
  -- Who drives what it says no carrier for.
  carrier_id    bigint REFERENCES carrier,
  -- A kind that a program has an adapter for; one that has none says so.
  channel       text NOT NULL CHECK (channel ~ '^[a-z]+$'),
  url           text NOT NULL,
  key_id        text NOT NULL,
  -- Sealed with a key that is not in here, or empty.
  secret        text NOT NULL CONSTRAINT shop_secret_sealed CHECK (secret ~ '^(1[.].+)?$'),
  -- What is set differently for this shop: page size, stretch, lag, carrier codes.
  options       jsonb NOT NULL DEFAULT '{}',
  min_life_days int NOT NULL DEFAULT 0 CHECK (min_life_days >= 0),
  min_life_pct  int NOT NULL DEFAULT 0 CHECK (min_life_pct BETWEEN 0 AND 100),
  notify        text NOT NULL DEFAULT 'handover' CHECK (notify IN ('label','pack','handover')),
  no_answer     text NOT NULL DEFAULT 'go' CHECK (no_answer IN ('go','wait')),
  permits_parts boolean NOT NULL DEFAULT false,
  -- The bin that it sells from over a counter, if it does.
  counter_id    bigint REFERENCES place,
  -- Is it told the stock, and how much of it may it show?
  pushes        boolean NOT NULL DEFAULT false,
  share_pct     int NOT NULL DEFAULT 100 CHECK (share_pct BETWEEN 0 AND 100),
  safety        bigint NOT NULL DEFAULT 0 CHECK (safety >= 0),
  cap           bigint CHECK (cap >= 0),
  low_at        bigint NOT NULL DEFAULT 0 CHECK (low_at >= 0)
);

-- For which owners and shops people of a role work; of neither is for all.
CREATE TABLE role_owner (
  role_id  bigint NOT NULL REFERENCES role ON DELETE CASCADE,
  owner_id bigint NOT NULL REFERENCES owner,
  PRIMARY KEY (role_id, owner_id)
);
CREATE TABLE role_shop (
  role_id bigint NOT NULL REFERENCES role ON DELETE CASCADE,
  shop_id bigint NOT NULL REFERENCES shop,
  PRIMARY KEY (role_id, shop_id)
);
-- Does a person work for some owners or shops only? Nobody in particular works for all.
CREATE FUNCTION is_limited(p_person bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT 1
    FROM person pe
    JOIN role ro ON ro.code = pe.role
    WHERE pe.id = p_person
      AND (
        EXISTS (SELECT 1 FROM role_owner rlo WHERE rlo.role_id = ro.id)
        OR EXISTS (SELECT 1 FROM role_shop rls WHERE rls.role_id = ro.id)
      )
  )
$$;
-- The shops that a person works for: of the owners and among the shops that the role names.
CREATE FUNCTION shops_of(p_person bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
  SELECT sp.id
  FROM shop sp
  LEFT JOIN person pe ON pe.id = p_person
  LEFT JOIN role ro ON ro.code = pe.role
  WHERE (
      NOT EXISTS (SELECT 1 FROM role_owner rlo WHERE rlo.role_id = ro.id)
      OR EXISTS (
        SELECT 1
        FROM role_owner rlo
        WHERE rlo.role_id = ro.id AND rlo.owner_id = sp.owner_id
      )
    )
    AND (
      NOT EXISTS (SELECT 1 FROM role_shop rls WHERE rls.role_id = ro.id)
      OR EXISTS (SELECT 1 FROM role_shop rls WHERE rls.role_id = ro.id AND rls.shop_id = sp.id)
    )
$$;
-- Whose goods a person works with: of the owners that the role names, and of those whose shops it
-- names.
CREATE FUNCTION owners_of(p_person bigint) RETURNS SETOF bigint LANGUAGE sql STABLE AS $$
  SELECT ow.id
  FROM owner ow
  LEFT JOIN person pe ON pe.id = p_person
  LEFT JOIN role ro ON ro.code = pe.role
  WHERE (
      NOT EXISTS (SELECT 1 FROM role_owner rlo WHERE rlo.role_id = ro.id)
      OR EXISTS (SELECT 1 FROM role_owner rlo WHERE rlo.role_id = ro.id AND rlo.owner_id = ow.id)
    )
    AND (
      NOT EXISTS (SELECT 1 FROM role_shop rls WHERE rls.role_id = ro.id)
      OR ow.id IN (SELECT sp.owner_id FROM shop sp WHERE sp.id IN (SELECT shops_of(p_person)))
    )
$$;

-- The tokens of a shop that has them: the one that calls carry and the one that gets the next,
-- sealed together.
CREATE TABLE shop_token (
  shop_id     bigint PRIMARY KEY REFERENCES shop,
  sealed      text NOT NULL CONSTRAINT shop_token_sealed CHECK (sealed ~ '^1[.].+$'),
  -- When the first of them ends, as far as is known, and since when it is in use.
  ends_at     timestamptz,
  since       timestamptz,
  -- A new pair was asked for and the answer is not here: whoever asked may have died, and the shop
  -- may have answered.
  asked_at    timestamptz,
  next_at     timestamptz NOT NULL DEFAULT now(),
  lease_until timestamptz,
  fencing_token       bigint NOT NULL DEFAULT 0,
  errors      int NOT NULL DEFAULT 0,
  last_error  text NOT NULL DEFAULT ''
);

-- What is needed to speak to a shop.
CREATE VIEW account AS
SELECT
  sp.id, sp.code, sp.channel, sp.url, sp.key_id, sp.secret, coalesce(tok.sealed, '') AS tokens,
  sp.options, sp.no_answer = 'wait' AS waits
FROM shop sp
LEFT JOIN shop_token tok ON tok.shop_id = sp.id;

-- An item as a shop lists it, by the shop's own code, upper case. What no row names is the item
-- whose code it is.
CREATE TABLE listing (
  shop_id   bigint NOT NULL REFERENCES shop,
  code      text NOT NULL CHECK (code = upper(code)),
  item_id   bigint NOT NULL REFERENCES item,
  -- What the platform calls it by, where its code is not enough.
  reference text NOT NULL DEFAULT '',
  -- Where the item's rules are not its shop's.
  share_pct int CHECK (share_pct BETWEEN 0 AND 100),
  safety    bigint CHECK (safety >= 0),
  cap       bigint CHECK (cap >= 0),
  -- What the shop was told last, and the count that it refused: that is not told again.
  sent      bigint,
  sent_at   timestamptz,
  refused   bigint,
  PRIMARY KEY (shop_id, code)
);

-- Who buys, as the shop names them, and what they ask of what they get.
CREATE TABLE customer (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shop_id       bigint NOT NULL REFERENCES shop,
  code          text NOT NULL CHECK (code <> ''),
  min_life_days int NOT NULL DEFAULT 0 CHECK (min_life_days >= 0),
  min_life_pct  int NOT NULL DEFAULT 0 CHECK (min_life_pct BETWEEN 0 AND 100),
  priority      int NOT NULL DEFAULT 0,
  CONSTRAINT customer_once UNIQUE (shop_id, code)
);

CREATE TABLE orders (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shop_id     bigint NOT NULL REFERENCES shop,
  order_no    text NOT NULL,
  customer_id bigint REFERENCES customer,
  status      text NOT NULL CHECK (status IN ('pending','paid','cancelled','refunded')),
  -- Not to be sent now: the shop looks into it, or talks about a refund.
  shop_holds  boolean NOT NULL DEFAULT false,
  placed_at   timestamptz NOT NULL,
  modified_at timestamptz NOT NULL,
  paid_at     timestamptz,
  currency    text NOT NULL,
  total_minor bigint NOT NULL,
  carrier     text,
  ship_by     timestamptz,
  receiver    json NOT NULL,
  note        text NOT NULL DEFAULT '',
  payload     json NOT NULL,
  -- Sold over a counter, and not yet booked out of its bin as it stands now.
  unbooked    boolean NOT NULL DEFAULT false,
  CONSTRAINT order_once UNIQUE (shop_id, order_no)
);
CREATE INDEX order_by_customer ON orders (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX order_unbooked ON orders (shop_id, id) WHERE unbooked;

-- Which warehouses send what a shop sells to a region, the first choice first: of all routes that
-- fit the one that says the most. Where none fits every warehouse may, by code.
CREATE TABLE route (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code     text NOT NULL CONSTRAINT route_code_once UNIQUE,
  -- Null: every shop, every owner. Empty: everywhere; of a postcode its beginning.
  shop_id  bigint REFERENCES shop,
  owner_id bigint REFERENCES owner,
  country  text NOT NULL DEFAULT '',
  province text NOT NULL DEFAULT '',
  city     text NOT NULL DEFAULT '',
  postcode text NOT NULL DEFAULT '',
  -- If no warehouse has all of an order, may several send it in parts?
  parts    boolean NOT NULL DEFAULT false
);
CREATE TABLE route_warehouse (
  route_id     bigint NOT NULL REFERENCES route ON DELETE CASCADE,
  n            int NOT NULL,
  warehouse_id bigint NOT NULL REFERENCES warehouse,
  PRIMARY KEY (route_id, n),
  CONSTRAINT route_warehouse_once UNIQUE (route_id, warehouse_id)
);
-- The route of what a shop sends to a receiver; null where none fits.
CREATE FUNCTION route_to(p_shop bigint, p_receiver json) RETURNS route LANGUAGE sql STABLE AS $$
  SELECT rt
  FROM shop sp
  JOIN route rt
    ON coalesce(rt.shop_id, sp.id) = sp.id
      AND coalesce(rt.owner_id, sp.owner_id) = sp.owner_id
  WHERE sp.id = p_shop
    AND rt.country IN ('', p_receiver ->> 'country')
    AND rt.province IN ('', p_receiver ->> 'province')
    AND rt.city IN ('', p_receiver ->> 'city')
    AND starts_with(coalesce(p_receiver ->> 'postcode', ''), rt.postcode)
  ORDER BY
    length(rt.postcode) DESC, rt.city <> '' DESC, rt.province <> '' DESC, rt.country <> '' DESC,
    rt.shop_id IS NOT NULL DESC, rt.owner_id IS NOT NULL DESC, rt.code
  LIMIT 1
$$;
-- The warehouses that a route names, in its order; of no route all of them.
CREATE FUNCTION route_warehouses(p_route bigint)
RETURNS TABLE (n bigint, warehouse_id bigint) LANGUAGE sql STABLE AS $$
  SELECT row_number() OVER (ORDER BY rw.n), rw.warehouse_id
  FROM route_warehouse rw
  WHERE rw.route_id = p_route
  UNION ALL
  SELECT row_number() OVER (ORDER BY w.code), w.id
  FROM warehouse w
  WHERE p_route IS NULL
$$;

CREATE TABLE order_line (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id    bigint NOT NULL REFERENCES orders,
  line_no     text NOT NULL,
  sku         text NOT NULL,
  title       text NOT NULL DEFAULT '',
  item_id     bigint REFERENCES item,
  qty         bigint NOT NULL CONSTRAINT order_line_qty CHECK (qty > 0),
  unit_price_minor bigint NOT NULL,
  cancelled   boolean NOT NULL DEFAULT false,
  -- Units that left without us: sent by somebody else, or sold over a counter.
  elsewhere   bigint NOT NULL DEFAULT 0 CONSTRAINT order_line_elsewhere
    CHECK (elsewhere BETWEEN 0 AND qty),
  to_send     bigint NOT NULL
    GENERATED ALWAYS AS (CASE WHEN cancelled THEN 0 ELSE qty - elsewhere END) STORED,
  CONSTRAINT order_line_once UNIQUE (order_id, line_no)
);

CREATE TABLE wave (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  warehouse_id bigint NOT NULL REFERENCES warehouse,
  wave_no      text NOT NULL CONSTRAINT wave_no_once UNIQUE,
  state        text NOT NULL DEFAULT 'draft'
    CHECK (state IN ('draft','released','done','taken_back')),
  released_at  timestamptz,
  released_by  bigint REFERENCES person,
  short_units  bigint NOT NULL DEFAULT 0
);
CREATE INDEX wave_live ON wave (warehouse_id) WHERE state = 'released';
CREATE SEQUENCE wave_number;

CREATE TABLE shipment (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  warehouse_id bigint NOT NULL REFERENCES warehouse,
  shipment_no  text NOT NULL CONSTRAINT shipment_no_once UNIQUE,
  shop_id      bigint NOT NULL REFERENCES shop,
  state        text NOT NULL DEFAULT 'pending' CONSTRAINT shipment_state CHECK (state IN (
    'pending','short','ready','released','picking','picked','packing','packed','handed_over',
    'cancelled'
  )),
  -- Why it stands where it stands: a stable code, or empty.
  reason       text NOT NULL DEFAULT '',
  carrier_id   bigint NOT NULL REFERENCES carrier,
  service_id   bigint NOT NULL REFERENCES carrier_service,
  -- To its receiver, in the service's working days.
  transit_days int NOT NULL,
  wave_id      bigint REFERENCES wave,
  priority     int NOT NULL DEFAULT 0,
  cutoff_at    timestamptz NOT NULL,
  -- When the oldest of its orders was placed.
  ordered_at   timestamptz NOT NULL DEFAULT now(),
  -- Who ordered, of whom something may be held.
  customer_id  bigint REFERENCES customer,
  receiver     json NOT NULL,
  -- Why it is this warehouse's: by which route (empty: there was none), and whether as its first,
  -- as a further one that had all of it, or with a part of what no single one had.
  route        text NOT NULL DEFAULT '',
  chosen       text NOT NULL DEFAULT 'first'
    CONSTRAINT shipment_chosen CHECK (chosen IN ('first', 'further', 'parts'))
);
CREATE SEQUENCE shipment_number;
CREATE INDEX shipment_by_state ON shipment (warehouse_id, state, cutoff_at);
CREATE INDEX shipment_live ON shipment (warehouse_id, cutoff_at)
  WHERE state NOT IN ('handed_over', 'cancelled');
CREATE INDEX shipment_of_customer ON shipment (customer_id)
  WHERE state NOT IN ('handed_over', 'cancelled');
CREATE INDEX shipment_by_wave ON shipment (wave_id);

CREATE TABLE shipment_line (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  shipment_id bigint NOT NULL REFERENCES shipment,
  owner_id    bigint NOT NULL REFERENCES owner,
  item_id     bigint NOT NULL REFERENCES item,
  qty         bigint NOT NULL CONSTRAINT shipment_line_qty CHECK (qty > 0),
  CONSTRAINT shipment_line_item_once UNIQUE (shipment_id, owner_id, item_id)
);

-- Which part of an order line a shipment line serves: split and merged orders are the same thing.
CREATE TABLE share (
  order_line_id    bigint NOT NULL REFERENCES order_line,
  shipment_line_id bigint NOT NULL REFERENCES shipment_line,
  qty              bigint NOT NULL CONSTRAINT share_qty CHECK (qty > 0),
  PRIMARY KEY (order_line_id, shipment_line_id)
);
CREATE INDEX share_by_shipment_line ON share (shipment_line_id);

-- One row per (warehouse, owner, item): whoever promises or reserves locks it first. With a time:
-- since then the worker is asked to decide whose promises break.
CREATE TABLE promise_gate (
  warehouse_id bigint NOT NULL REFERENCES warehouse,
  owner_id     bigint NOT NULL REFERENCES owner,
  item_id      bigint NOT NULL REFERENCES item,
  asked_at     timestamptz,
  PRIMARY KEY (warehouse_id, owner_id, item_id)
);
CREATE INDEX promise_gate_asked ON promise_gate (warehouse_id, item_id) WHERE asked_at IS NOT NULL;

CREATE TABLE promise (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_line_id    bigint NOT NULL,
  shipment_line_id bigint NOT NULL,
  warehouse_id     bigint NOT NULL REFERENCES warehouse,
  owner_id         bigint NOT NULL REFERENCES owner,
  item_id          bigint NOT NULL REFERENCES item,
  need_id          bigint NOT NULL REFERENCES need,
  qty              bigint NOT NULL CHECK (qty > 0),
  reserved         bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  shipped          bigint NOT NULL DEFAULT 0 CHECK (shipped >= 0),
  -- Reserved once, then not found: an exception waits for a person, and nothing is promised for it
  -- meanwhile.
  broken           bigint NOT NULL DEFAULT 0 CHECK (broken >= 0),
  -- What is promised and not yet tied to a stock row.
  open             bigint GENERATED ALWAYS AS (qty - reserved - shipped - broken) STORED,
  ended_at         timestamptz,
  CONSTRAINT promise_not_exceeded CHECK (reserved + shipped + broken <= qty),
  CONSTRAINT promise_ended_is_empty CHECK (ended_at IS NULL OR reserved = 0),
  FOREIGN KEY (order_line_id, shipment_line_id) REFERENCES share
  -- Room on each page for the counts that change.
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX promise_live_once ON promise (order_line_id, shipment_line_id)
  WHERE ended_at IS NULL;
CREATE INDEX promise_by_line ON promise (shipment_line_id);
CREATE INDEX promise_open ON promise (warehouse_id, owner_id, item_id, need_id)
  WHERE ended_at IS NULL;

-- One exception that waits for a person.
CREATE TABLE exception (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  warehouse_id bigint REFERENCES warehouse,
  reason       text NOT NULL,
  -- What it is about, as people name it, and the row behind it where there is one.
  subject      text NOT NULL,
  shipment_id  bigint REFERENCES shipment,
  order_id     bigint REFERENCES orders,
  shop_id      bigint REFERENCES shop,
  place_id     bigint REFERENCES place,
  item_id      bigint REFERENCES item,
  lot_id       bigint REFERENCES lot,
  qty          bigint,
  detail       text NOT NULL DEFAULT '',
  since        timestamptz NOT NULL DEFAULT now(),
  done_at      timestamptz,
  done_by      bigint REFERENCES person
);
CREATE UNIQUE INDEX exception_open_once ON exception
  (reason, subject, coalesce(place_id, 0), coalesce(item_id, 0), coalesce(lot_id, 0),
    coalesce(order_id, 0), coalesce(shop_id, 0)) WHERE done_at IS NULL;
CREATE INDEX exception_by_shipment ON exception (shipment_id) WHERE shipment_id IS NOT NULL;
CREATE INDEX exception_by_order ON exception (order_id) WHERE order_id IS NOT NULL;

-- Units of an order line that no shipment of ours has taken on. What a person gave up stays given
-- up; if the shop takes units back, they are those first.
CREATE FUNCTION not_taken_on(p_line order_line) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT p_line.to_send - k.sent - least(k.given_up, greatest(p_line.to_send - k.sent, 0))
  FROM (
    SELECT
      coalesce(sum(sh.qty) FILTER (WHERE s.state <> 'cancelled'), 0)::bigint AS sent,
      coalesce(sum(sh.qty) FILTER (WHERE s.state = 'cancelled'), 0)::bigint AS given_up
    FROM share sh
    JOIN shipment_line sl ON sl.id = sh.shipment_line_id
    JOIN shipment s ON s.id = sl.shipment_id
    WHERE sh.order_line_id = p_line.id AND (s.state <> 'cancelled' OR s.reason = 'given_up')
  ) k
$$;

-- Can a parcel be addressed with this: a name and an address, or a token for the waybill service?
CREATE FUNCTION receiver_known(p_receiver json) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(p_receiver ->> 'token', '') <> ''
    OR (
      trim(coalesce(p_receiver ->> 'name', '')) <> ''
      AND trim(coalesce(p_receiver ->> 'address', '')) <> ''
    )
$$;
