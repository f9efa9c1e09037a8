-- The site: warehouses, people, goods and places. Nothing here moves.

-- The next number of a sequence as people write it, `T000042`; it grows when the width is used up.
CREATE FUNCTION next_number(p_prefix text, p_sequence regclass, p_width int)
RETURNS text LANGUAGE sql AS $$
  SELECT p_prefix || lpad(k.n, greatest(p_width, length(k.n)), '0')
  FROM (SELECT nextval(p_sequence)::text AS n) k
$$;

-- On which days something works, and on single days until when. Without one it works every day.
CREATE TABLE calendar (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code     text NOT NULL CONSTRAINT calendar_code_once UNIQUE,
  -- ISO weekdays: Monday is 1.
  weekdays int[] NOT NULL DEFAULT '{1,2,3,4,5,6,7}' CONSTRAINT calendar_weekdays
    CHECK (weekdays <@ '{1,2,3,4,5,6,7}')
);
CREATE TABLE calendar_day (
  calendar_id bigint NOT NULL REFERENCES calendar,
  day         date NOT NULL,
  open        boolean NOT NULL,
  until       time,
  PRIMARY KEY (calendar_id, day)
);

CREATE TABLE warehouse (
  id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code  text NOT NULL CONSTRAINT warehouse_code_once UNIQUE,
  name  text NOT NULL,
  -- The warehouse's calendar day is read in this zone.
  tz    text NOT NULL DEFAULT 'Asia/Shanghai',
  -- How many totes one trolley carries; a trip is never larger.
  trolley_totes int NOT NULL DEFAULT 8 CHECK (trolley_totes > 0),
  -- What it carries at most; null where nobody said.
  trolley_max_g  bigint CHECK (trolley_max_g > 0),
  trolley_max_ml bigint CHECK (trolley_max_ml > 0),
  -- How a walk takes its aisles: the shortest way, or one that people know by heart.
  walks text NOT NULL DEFAULT 'shortest' CHECK (walks IN ('shortest','combined','s-shape')),
  -- The site's own company prefix, which its SSCCs begin with; null while it has none.
  gs1_prefix text CONSTRAINT warehouse_gs1_prefix CHECK (gs1_prefix ~ '^[0-9]{3,12}$'),
  calendar_id bigint REFERENCES calendar,
  demo  boolean NOT NULL DEFAULT false
);

-- The clock of what belongs to no warehouse: the first one's.
CREATE FUNCTION site_tz() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (
      SELECT tz
      FROM warehouse
      ORDER BY id
      LIMIT 1
    ),
    'UTC'
  )
$$;

CREATE TABLE owner (
  id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code  text NOT NULL CONSTRAINT owner_code_once UNIQUE,
  holds int NOT NULL DEFAULT 0 CHECK (holds >= 0)
);
INSERT INTO owner (code) VALUES ('DEFAULT');
-- Whose goods are meant where nobody says: while there is one owner nobody needs to.
CREATE FUNCTION default_owner() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT id FROM owner WHERE code = 'DEFAULT'
$$;

-- What a scanner is set to send around its data; null is what the terminal's configuration says.
CREATE TABLE scanner (
  code   text PRIMARY KEY,
  prefix text NOT NULL DEFAULT '',
  suffix text NOT NULL DEFAULT '',
  -- What stands for GS where the scanner cannot send it.
  gs     text CHECK (octet_length(gs) = 1)
);

-- What people of a role may do: a site changes it, and adds roles of its own.
CREATE TABLE role (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code    text NOT NULL CONSTRAINT role_code_once UNIQUE,
  name_en text NOT NULL,
  name_zh text NOT NULL,
  rights  text[] NOT NULL DEFAULT '{}' CONSTRAINT role_rights_known CHECK (
    rights <@ ARRAY[
      'pick','pack','hand_over','put_back','wave','exceptions','board','inquiry','expedite','hold',
      'split','kick_out','cancel','take_back','trips','reprint','reopen','message','views',
      'export','receivers','stock','containers','roles','labour'
    ]
  ),
  -- After so many minutes without a scan a terminal asks for the badge again; 0 is never.
  locks_after_min int NOT NULL DEFAULT 60 CONSTRAINT role_locks_after CHECK (locks_after_min >= 0)
);
INSERT INTO role (code, name_en, name_zh, rights) VALUES
  ('picker', 'picker', '拣货员', '{inquiry,pick,put_back,containers}'),
  ('packer', 'packer', '打包员', '{inquiry,pack,hand_over,put_back,receivers}'),
  ('receiver', 'receiver', '收货员', '{inquiry,put_back,stock}'),
  (
    'supervisor', 'supervisor', '主管',
    '{pick,pack,hand_over,put_back,wave,exceptions,board,inquiry,expedite,hold,split,kick_out,'
    'cancel,take_back,trips,reprint,reopen,message,views,export,receivers,stock,containers,'
    'labour}'
  ),
  (
    'admin', 'administrator', '管理员',
    '{pick,pack,hand_over,put_back,wave,exceptions,board,inquiry,expedite,hold,split,kick_out,'
    'cancel,take_back,trips,reprint,reopen,message,views,export,receivers,stock,containers,'
    'roles,labour}'
  ),
  ('system', 'Wavedeck', 'Wavedeck', '{}');

CREATE TABLE person (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code         text NOT NULL CONSTRAINT person_code_once UNIQUE,
  name         text NOT NULL,
  role         text NOT NULL CONSTRAINT person_role REFERENCES role (code),
  lang         text NOT NULL DEFAULT 'en' CHECK (lang IN ('en','zh-CN')),
  badge        text CONSTRAINT person_badge_once UNIQUE,
  pin_hash     text,
  active       boolean NOT NULL DEFAULT true,
  warehouse_id bigint REFERENCES warehouse,
  scanner      text REFERENCES scanner,
  -- Where they are put to work: kinds of work and zones that are offered to them before anything is
  -- looked at. Empty: all that they may, everywhere.
  offered_work  text[] NOT NULL DEFAULT '{}' CONSTRAINT person_offered_work
    CHECK (offered_work <@ ARRAY['pick','pack','put_back','hand_over']),
  offered_zones text[] NOT NULL DEFAULT '{}'
);
INSERT INTO person (code, name, role) VALUES ('SYSTEM', 'Wavedeck', 'system');
-- Where a person may work; who has none named may work anywhere.
CREATE TABLE person_warehouse (
  person_id    bigint NOT NULL REFERENCES person,
  warehouse_id bigint NOT NULL REFERENCES warehouse,
  PRIMARY KEY (person_id, warehouse_id)
);
-- Where a person works now: where they said, else the first by code of those where they may.
CREATE FUNCTION works_in(p_person bigint, p_said bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT w.id
  FROM warehouse w
  WHERE NOT EXISTS (SELECT 1 FROM person_warehouse pw WHERE pw.person_id = p_person)
    OR EXISTS (
      SELECT 1
      FROM person_warehouse pw
      WHERE pw.person_id = p_person AND pw.warehouse_id = w.id
    )
  ORDER BY (w.id = p_said) IS TRUE DESC, w.code
  LIMIT 1
$$;

-- Seconds of Unix time, not rounded up into a second that has not begun; of what never comes, null.
CREATE FUNCTION unix_s(p_at timestamptz) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN isfinite(p_at) THEN floor(extract(epoch FROM p_at))::bigint END
$$;

CREATE TABLE item (
  id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  owner_id         bigint NOT NULL REFERENCES owner,
  sku              text NOT NULL,
  name_en          text NOT NULL,
  name_zh          text NOT NULL,
  -- What tells it from its siblings.
  size             text NOT NULL DEFAULT '',
  colour           text NOT NULL DEFAULT '',
  variant          text NOT NULL GENERATED ALWAYS AS (
    size || CASE WHEN size <> '' AND colour <> '' THEN ' ' ELSE '' END || colour
  ) STORED,
  weight_g         bigint NOT NULL DEFAULT 0 CHECK (weight_g >= 0),
  volume_ml        bigint NOT NULL DEFAULT 0 CHECK (volume_ml >= 0),
  lot_tracked      boolean NOT NULL DEFAULT true,
  shelf_life       int,
  shelf_life_unit  text CHECK (shelf_life_unit IN ('day','month','year')),
  -- Days of life that must be left on the delivery day.
  min_life_days    int NOT NULL DEFAULT 0 CHECK (min_life_days >= 0),
  -- The same as a share of the shelf life.
  min_life_pct     int NOT NULL DEFAULT 0 CHECK (min_life_pct BETWEEN 0 AND 100),
  -- Days before the last good day from which the item is no longer sold.
  stop_sale_days   int NOT NULL DEFAULT 0 CHECK (stop_sale_days >= 0),
  -- Lots whose last good days lie this close together rank equal.
  fefo_window_days int NOT NULL DEFAULT 0 CHECK (fefo_window_days >= 0),
  holds            int NOT NULL DEFAULT 0 CHECK (holds >= 0)
);
-- Codes that differ by case alone are one item: shops and people write them either way.
CREATE UNIQUE INDEX item_sku_once ON item (owner_id, upper(sku));
-- Its name in both languages, and what tells it from its siblings, as one value.
CREATE FUNCTION item_name(p_item item) RETURNS json LANGUAGE sql IMMUTABLE AS $$
  SELECT json_build_object('en', p_item.name_en, 'zh', p_item.name_zh, 'variant', p_item.variant)
$$;

CREATE TABLE pack (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  item_id  bigint NOT NULL REFERENCES item,
  level    text NOT NULL CHECK (level IN ('each','inner','case','pallet')),
  units    bigint NOT NULL CONSTRAINT pack_units CHECK (units > 0),
  CONSTRAINT pack_level_once UNIQUE (item_id, level, units)
);

-- A GTIN is kept with 14 digits, any other code upper case. One code may mean several packs.
CREATE TABLE barcode (
  code     text NOT NULL,
  owner_id bigint NOT NULL REFERENCES owner,
  pack_id  bigint NOT NULL REFERENCES pack,
  PRIMARY KEY (code, owner_id, pack_id)
);
CREATE INDEX barcode_by_pack ON barcode (pack_id);

-- The code that stands on one unit of an item: that of its smallest pack.
CREATE VIEW printed_barcode AS
SELECT DISTINCT ON (pk.item_id) pk.item_id, bc.code
FROM pack pk
JOIN barcode bc ON bc.pack_id = pk.id
ORDER BY pk.item_id, pk.units, bc.code;

CREATE TABLE lot (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  owner_id        bigint NOT NULL REFERENCES owner,
  item_id         bigint NOT NULL REFERENCES item,
  number          text NOT NULL DEFAULT '',
  production_date date,
  -- Inclusive. Undated goods are good for ever, so that no key column is null.
  last_good_day   date NOT NULL DEFAULT 'infinity',
  -- Live holds: a recall, or another reason.
  holds           int NOT NULL DEFAULT 0 CHECK (holds >= 0),
  CONSTRAINT lot_once UNIQUE (owner_id, item_id, number, last_good_day)
);
CREATE INDEX lot_number ON lot (number);

-- Anything that goods can be in. Places form a tree: containers stand in bins and on pallets, slots
-- belong to trolleys and walls.
CREATE TABLE place (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  warehouse_id bigint NOT NULL REFERENCES warehouse,
  code         text NOT NULL,
  kind         text NOT NULL CHECK (kind IN ('bin','container','trolley','slot','virtual')),
  -- Where it stands; of a container the ledger of placements writes it. Null of what stands
  -- nowhere: a bin, a trolley, a parcel that left the building.
  parent_id    bigint REFERENCES place,
  -- The bin at its root, itself for a bin; null where there is none. Triggers write it.
  bin_id       bigint REFERENCES place,
  -- Goods in it are promised, walked to and picked from it: a bin, a pallet, a closed carton. What
  -- lies in totes and parcels is on its way. Triggers write it.
  stores       boolean NOT NULL DEFAULT false,
  -- Live holds: a block of a bin, or of what stands in one.
  holds        int NOT NULL DEFAULT 0 CHECK (holds >= 0),
  CONSTRAINT place_code_once UNIQUE (warehouse_id, code),
  CONSTRAINT place_has_parent CHECK (parent_id IS NULL OR kind IN ('container','slot')),
  CONSTRAINT slot_has_parent CHECK (parent_id IS NOT NULL OR kind <> 'slot')
);
CREATE INDEX place_by_parent ON place (parent_id) WHERE parent_id IS NOT NULL;
-- Parcels that left are places too, and there are more of them than of anything.
CREATE INDEX place_in_bin ON place (bin_id) WHERE stores;
CREATE INDEX place_slots ON place (id) WHERE kind IN ('trolley', 'slot');

CREATE TABLE bin (
  place_id   bigint PRIMARY KEY REFERENCES place,
  use        text NOT NULL DEFAULT 'storage'
    CHECK (use IN ('storage','staging','dock','bench','wall','counter')),
  zone       text NOT NULL,
  area       text NOT NULL DEFAULT '',
  aisle      text NOT NULL DEFAULT '',
  -- From the aisle's beginning.
  position_mm bigint CHECK (position_mm >= 0),
  side       text NOT NULL DEFAULT '' CHECK (side IN ('','left','right')),
  seq        int NOT NULL,
  level      int NOT NULL DEFAULT 1,
  promisable boolean NOT NULL DEFAULT true,
  pickable   boolean NOT NULL DEFAULT true,
  -- What it carries at most; null where nobody said.
  max_g      bigint CHECK (max_g > 0),
  max_ml     bigint CHECK (max_ml > 0),
  max_units  bigint CHECK (max_units > 0)
);
CREATE INDEX bin_by_zone ON bin (zone) WHERE use = 'storage';

-- A rectangle of parallel aisles and the cross aisles that join them. Bins name their area and
-- aisle by code; the planner refuses what does not fit together.
CREATE TABLE area (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  warehouse_id bigint NOT NULL REFERENCES warehouse,
  code         text NOT NULL,
  -- How far behind the front each cross aisle lies: the front first, which is 0, the back last.
  cross_mm     bigint[] NOT NULL CHECK (cardinality(cross_mm) > 1 AND cross_mm[1] = 0),
  -- The corners where trolleys start and where totes are dropped.
  start_aisle  text NOT NULL,
  start_cross  int NOT NULL CHECK (start_cross >= 0),
  end_aisle    text NOT NULL,
  end_cross    int NOT NULL CHECK (end_cross >= 0),
  CONSTRAINT area_once UNIQUE (warehouse_id, code)
);

CREATE TABLE aisle (
  area_id   bigint NOT NULL REFERENCES area ON DELETE CASCADE,
  code      text NOT NULL,
  -- How far right of the area's left side it lies.
  x_mm      bigint NOT NULL,
  direction text NOT NULL DEFAULT 'both' CHECK (direction IN ('both','to_back','to_front')),
  PRIMARY KEY (area_id, code)
);

CREATE TABLE container (
  place_id  bigint PRIMARY KEY REFERENCES place,
  kind      text NOT NULL CHECK (kind IN ('tote','carton','pallet','parcel'))
);
CREATE INDEX container_standing ON container (place_id) WHERE kind <> 'parcel';

-- The body of the codes of containers, trolleys and slots that are made here.
CREATE SEQUENCE plate_number;

-- By key, whatever the table held when the plan was made.
CREATE FUNCTION place_is_new() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  new.stores := new.kind = 'bin';
  new.bin_id := CASE new.kind
    WHEN 'bin' THEN new.id
    ELSE (SELECT bin_id FROM place WHERE id = new.parent_id)
  END;
  RETURN new;
END $$;
CREATE TRIGGER place_begins BEFORE INSERT ON place FOR EACH ROW EXECUTE FUNCTION place_is_new();

-- Containers stand where they may, and what stands in them knows its bin: only a pallet carries
-- others, and no pallet; a slot holds one. By key, whatever the tables held when the plans were
-- made: a merge would walk over all places for the one that moves.
CREATE FUNCTION settle_containers(p_containers bigint[])
RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
  seen record;
BEGIN
  SELECT
    bool_or(c.kind = 'pallet') AS pallets,
    bool_or(carrier.kind = 'container') AS carried,
    bool_or(
      carrier.warehouse_id <> pl.warehouse_id
      OR carrier.kind = 'virtual'
      OR (carrier.kind = 'container' AND (under_c.kind <> 'pallet' OR c.kind = 'pallet'))
      OR (
        carrier.kind = 'slot'
        AND EXISTS (
          SELECT 1
          FROM place beside_pl
          WHERE beside_pl.parent_id = carrier.id AND beside_pl.id <> pl.id
        )
      )
    ) AS amiss
  INTO seen
  FROM place pl
  JOIN container c ON c.place_id = pl.id
  JOIN place carrier ON carrier.id = pl.parent_id
  LEFT JOIN container under_c ON under_c.place_id = carrier.id
  WHERE pl.id = ANY (p_containers);
  IF seen.amiss THEN
    RAISE EXCEPTION 'no container stands there' USING ERRCODE = '23514',
      CONSTRAINT = 'container_stands_fit';
  END IF;
  -- A pallet that is just being moved: its new bin is waited for.
  IF seen.carried THEN
    PERFORM 1
    FROM place carrier
    WHERE carrier.kind = 'container'
      AND carrier.id IN (SELECT parent_id FROM place WHERE id = ANY (p_containers))
    ORDER BY carrier.id
    FOR NO KEY UPDATE;
  END IF;
  UPDATE place pl
  SET bin_id = k.bin_id
  FROM (
    SELECT own_pl.id, carrier.bin_id
    FROM place own_pl
    LEFT JOIN place carrier ON carrier.id = own_pl.parent_id
    WHERE own_pl.id = ANY (p_containers)
  ) k
  WHERE pl.id = k.id AND pl.bin_id IS DISTINCT FROM k.bin_id;
  IF seen.pallets THEN
    -- What is just being taken off it stands elsewhere.
    PERFORM 1
    FROM place pl
    WHERE pl.parent_id = ANY (p_containers)
    ORDER BY pl.id
    FOR NO KEY UPDATE;
    UPDATE place pl
    SET bin_id = carrier.bin_id
    FROM place carrier
    WHERE pl.parent_id = ANY (p_containers)
      AND carrier.id = pl.parent_id
      AND pl.bin_id IS DISTINCT FROM carrier.bin_id;
  END IF;
END $$;
CREATE FUNCTION container_is_new() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE place pl
  SET stores = true
  FROM added a
  WHERE pl.id = a.place_id AND a.kind IN ('pallet', 'carton');
  PERFORM settle_containers((SELECT array_agg(place_id) FROM added));
  RETURN NULL;
END $$;
CREATE TRIGGER container_begins AFTER INSERT ON container REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION container_is_new();

CREATE TABLE printer (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code     text NOT NULL CONSTRAINT printer_code_once UNIQUE,
  url      text NOT NULL,
  dpi      int NOT NULL DEFAULT 203 CHECK (dpi IN (203, 300)),
  cjk_font text NOT NULL DEFAULT 'E:SIMSUN.TTF',
  -- Does it say how it is? Null: nobody asked yet.
  answers  boolean,
  trouble  text
);

-- A bench is a place: totes are brought to it and parcels stand on it.
CREATE TABLE bench (
  place_id   bigint PRIMARY KEY REFERENCES bin,
  printer_id bigint REFERENCES printer,
  -- The scanner that hangs there; it goes before the person's own.
  scanner    text REFERENCES scanner
);

-- What a thing is called on the floor is data, so that a site can add its own.
CREATE TABLE reason (
  code         text PRIMARY KEY,
  text_en      text NOT NULL,
  text_zh      text NOT NULL,
  stock_status text CHECK (stock_status IN ('held','damaged')),
  whole_bin    boolean NOT NULL DEFAULT false,
  -- Goods move towards who ordered them: they must keep long enough for that.
  toward_customer boolean NOT NULL DEFAULT false
);
INSERT INTO reason (code, text_en, text_zh, stock_status, whole_bin) VALUES
  ('receive',   'Goods received',          '收货',         NULL, false),
  ('pick',      'Picked',                  '拣货',         NULL, false),
  ('pack',      'Packed',                  '复核打包',       NULL, false),
  ('put_back',  'Put back',                '返架',         NULL, false),
  ('undo',      'Undone',                  '撤销',         NULL, false),
  ('move',      'Moved',                   '移库',         NULL, false),
  ('stage',     'Dropped at staging',      '放到暂存区',   NULL, false),
  ('hand_over', 'Handed to the carrier',   '交接给承运商', NULL, false),
  ('adjust',    'Adjusted after a count',  '盘点调整',     NULL, false),
  ('short',     'Fewer than expected',     '缺货',         'held', false),
  ('damaged',   'Damaged goods',           '破损',         'held', false),
  ('empty',     'The bin is empty',        '空库位',       'held', true),
  ('found',     'Extra stock',             '多货',         NULL, false),
  ('no_code',   'No readable code',        '无码',         NULL, false);
UPDATE reason SET toward_customer = true WHERE code IN ('pick', 'pack', 'hand_over');
CREATE FUNCTION reason_name(p_reason reason) RETURNS json LANGUAGE sql IMMUTABLE AS $$
  SELECT json_build_object('en', p_reason.text_en, 'zh', p_reason.text_zh)
$$;

-- What people and programs changed outside the ledger.
CREATE TABLE audit (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz NOT NULL DEFAULT now(),
  person  text NOT NULL,
  action  text NOT NULL,
  subject text NOT NULL,
  before  json,
  after   json
);
CREATE INDEX audit_by_subject ON audit (subject, id);
