-- A generated past on a database that is migrated and seeded by the demo: `:size` movements (who
-- runs it puts the number in) over three years, and in proportion a tenth as many orders, all of
-- them handed over. Everything follows from row numbers, so the same size makes the same past.
-- What it makes is called `H-...`; one order in five is of the live items, totes, benches and
-- people, and the open work stays what it is. The ledger is written without its triggers: the
-- balances are the sums of the movements.

BEGIN;

SET LOCAL client_min_messages = warning;
SET LOCAL work_mem = '192MB';
SET LOCAL maintenance_work_mem = '512MB';
SET LOCAL temp_buffers = '128MB';
SET LOCAL synchronous_commit = off;

-- Without triggers and checks of keys, if we may; else without our own triggers.
CREATE TEMP TABLE h_quiet (by_role boolean) ON COMMIT DROP;
DO $$
DECLARE
  t regclass;
BEGIN
  BEGIN
    PERFORM set_config('session_replication_role', 'replica', true);
    INSERT INTO h_quiet VALUES (true);
  EXCEPTION WHEN insufficient_privilege THEN
    INSERT INTO h_quiet VALUES (false);
    FOR t IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    LOOP
      EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', t);
    END LOOP;
  END;
END $$;

-- Plain indexes are made once, at the end.
CREATE TEMP TABLE h_index ON COMMIT DROP AS
SELECT c.relname AS name, pg_get_indexdef(x.indexrelid) AS made_by
FROM pg_index x
JOIN pg_class c ON c.oid = x.indexrelid
JOIN pg_class t ON t.oid = x.indrelid
WHERE t.relnamespace = 'public'::regnamespace
  AND NOT x.indisunique
  AND t.relname IN (
    'movement', 'reservation', 'promise', 'order_line', 'shipment_line', 'share', 'stop',
    'orders', 'shipment', 'parcel', 'parcel_line', 'label', 'print_job', 'trip_shipment',
    'tote_use', 'hand_over_parcel', 'outbox', 'order_version', 'placement', 'audit', 'exception',
    'stock', 'notice', 'command', 'task', 'trip'
  );
DO $$
DECLARE
  k record;
BEGIN
  FOR k IN SELECT * FROM h_index LOOP
    EXECUTE format('DROP INDEX %I', k.name);
  END LOOP;
END $$;

-- How much of everything, and after which numbers it begins.
CREATE TEMP TABLE h ON COMMIT DROP AS
SELECT
  k.*,
  k.lines * 4 / 5 AS orders,
  k.items * 20 AS stocks,
  date_trunc('hour', now()) - interval '1096 days' AS since,
  interval '1095 days' AS span,
  (SELECT min(id) FROM warehouse) AS w,
  default_owner() AS owner,
  (SELECT min(id) FROM shop) AS live_shop,
  (SELECT coalesce(max(id), 0) FROM shop) + 1 AS own_shop,
  (SELECT coalesce(max(id), 0) FROM person) AS person0,
  (SELECT coalesce(max(id), 0) FROM item) AS item0,
  (SELECT coalesce(max(id), 0) FROM pack) AS pack0,
  (SELECT coalesce(max(id), 0) FROM lot) AS lot0,
  (SELECT coalesce(max(id), 0) FROM place) AS place0,
  (SELECT coalesce(max(id), 0) FROM customer) AS customer0,
  (SELECT coalesce(max(id), 0) FROM orders) AS order0,
  (SELECT coalesce(max(id), 0) FROM order_line) AS order_line0,
  (SELECT coalesce(max(id), 0) FROM wave) AS wave0,
  (SELECT coalesce(max(id), 0) FROM shipment) AS shipment0,
  (SELECT coalesce(max(id), 0) FROM shipment_line) AS shipment_line0,
  (SELECT coalesce(max(id), 0) FROM promise) AS promise0,
  (SELECT coalesce(max(id), 0) FROM trip) AS trip0,
  (SELECT coalesce(max(id), 0) FROM stop) AS stop0,
  (SELECT coalesce(max(id), 0) FROM reservation) AS reservation0,
  (SELECT coalesce(max(id), 0) FROM movement) AS movement0,
  (SELECT coalesce(max(id), 0) FROM placement) AS placement0,
  (SELECT coalesce(max(id), 0) FROM label) AS label0,
  (SELECT coalesce(max(id), 0) FROM hand_over) AS hand_over0,
  (SELECT coalesce(max(seq), 0) FROM hand_over_parcel) AS hand_over_parcel0
FROM (
  SELECT
    m,
    m / 800 * 100 AS lines,
    greatest(m / 1000, 100) AS items,
    greatest(m / 800 * 2, 100) AS bins,
    greatest(m / 10000, 10) AS totes,
    greatest(m / 500000, 2) AS benches,
    greatest(m / 20000, 20) AS people,
    greatest(m / 200, 10) AS customers
  FROM (SELECT :size::bigint AS m) size
) k;

-- Places, in this order: bins, benches, totes, parcels.
CREATE TEMP TABLE h_at ON COMMIT DROP AS
SELECT
  place0 AS bin0,
  place0 + bins AS bench0,
  place0 + bins + benches AS tote0,
  place0 + bins + benches + totes AS parcel0,
  (SELECT id FROM place WHERE warehouse_id = w AND code = 'SUPPLIER') AS supplier,
  (SELECT id FROM place WHERE warehouse_id = w AND code = 'CUSTOMER') AS customer,
  (SELECT id FROM place WHERE warehouse_id = w AND code = 'ADJUSTMENT') AS adjustment,
  (
    SELECT min(b.place_id)
    FROM bin b
    JOIN place pl ON pl.id = b.place_id
    WHERE b.use = 'staging' AND pl.warehouse_id = w
  ) AS staging,
  (
    SELECT array_agg(pl.id ORDER BY pl.id)
    FROM place pl
    JOIN bin b ON b.place_id = pl.id AND b.use = 'storage' AND b.pickable
    WHERE pl.warehouse_id = w
  ) AS live_bins,
  (
    SELECT array_agg(pl.id ORDER BY pl.id)
    FROM place pl
    JOIN container c ON c.place_id = pl.id AND c.kind = 'tote'
    WHERE pl.warehouse_id = w
  ) AS live_totes,
  (
    SELECT array_agg(pl.id ORDER BY pl.id)
    FROM place pl
    JOIN bench be ON be.place_id = pl.id
    WHERE pl.warehouse_id = w
  ) AS live_benches,
  (SELECT array_agg(id ORDER BY id) FROM person WHERE role = 'picker') AS live_pickers,
  (SELECT array_agg(id ORDER BY id) FROM person WHERE role = 'packer') AS live_packers,
  (SELECT min(id) FROM person WHERE role = 'supervisor') AS supervisor,
  (SELECT min(id) FROM person WHERE role IN ('receiver', 'supervisor')) AS receiver,
  (SELECT min(id) FROM printer) AS printer
FROM h;

-- People: of ten, six pick, three pack and one receives.
INSERT INTO person (id, code, name, role, lang) OVERRIDING SYSTEM VALUE
SELECT
  person0 + n + 1, 'H-P' || lpad(n::text, 4, '0'), 'H-Person ' || n,
  CASE WHEN n % 10 < 6 THEN 'picker' WHEN n % 10 < 9 THEN 'packer' ELSE 'receiver' END,
  CASE WHEN n % 3 = 0 THEN 'zh-CN' ELSE 'en' END
FROM h, generate_series(0, people - 1) n;

-- Goods: ours first, then the live items.
INSERT INTO item (
  id, owner_id, sku, name_en, name_zh, weight_g, shelf_life, shelf_life_unit, lot_tracked
) OVERRIDING SYSTEM VALUE
SELECT
  item0 + n + 1, owner, 'H-' || lpad(n::text, 6, '0'), 'H-Item ' || n, 'H-商品 ' || n,
  100 + n % 900, 24, 'month', true
FROM h, generate_series(0, items - 1) n;
CREATE TEMP TABLE h_goods ON COMMIT DROP AS
SELECT n AS g, item0 + n + 1 AS item_id, owner AS owner_id, 'H-' || lpad(n::text, 6, '0') AS sku
FROM h, generate_series(0, items - 1) n
UNION ALL
SELECT items - 1 + row_number() OVER (ORDER BY i.id), i.id, i.owner_id, i.sku
FROM h
JOIN item i ON i.id <= item0 AND i.owner_id = owner;
ALTER TABLE h ADD live_items bigint;
UPDATE h SET live_items = (SELECT count(*) FROM h_goods WHERE g >= items);
INSERT INTO pack (id, item_id, level, units) OVERRIDING SYSTEM VALUE
SELECT pack0 + n + 1, item0 + n + 1, 'each', 1
FROM h, generate_series(0, items - 1) n;
INSERT INTO barcode (code, owner_id, pack_id)
SELECT 'H-B' || lpad(n::text, 8, '0'), owner, pack0 + n + 1
FROM h, generate_series(0, items - 1) n;
INSERT INTO lot (id, owner_id, item_id, number, production_date, last_good_day)
OVERRIDING SYSTEM VALUE
SELECT
  lot0 + gd.g * 5 + p + 1, gd.owner_id, gd.item_id,
  'H-L' || lpad(gd.g::text, 6, '0') || '-' || p,
  current_date - 1000 + p::int * 200, current_date + 100 + p::int * 100
FROM h
CROSS JOIN h_goods gd
CROSS JOIN generate_series(0, 4) p
ORDER BY 1;
INSERT INTO promise_gate (warehouse_id, owner_id, item_id)
SELECT w, owner_id, item_id
FROM h, h_goods
ON CONFLICT DO NOTHING;

-- Places and what they are.
INSERT INTO place (id, warehouse_id, code, kind, parent_id, bin_id, stores)
OVERRIDING SYSTEM VALUE
SELECT bin0 + n + 1, w, 'H-' || lpad(n::text, 6, '0'), 'bin', NULL::bigint, bin0 + n + 1, true
FROM h, h_at, generate_series(0, bins - 1) n
UNION ALL
SELECT bench0 + n + 1, w, 'X-H-BENCH' || lpad(n::text, 3, '0'), 'bin', NULL, bench0 + n + 1, true
FROM h, h_at, generate_series(0, benches - 1) n
UNION ALL
SELECT tote0 + n + 1, w, 'H-T' || lpad(n::text, 6, '0'), 'container', staging, staging, false
FROM h, h_at, generate_series(0, totes - 1) n;
INSERT INTO bin (place_id, use, zone, aisle, seq, promisable, pickable)
SELECT
  bin0 + n + 1, 'storage', 'H' || n / 1000, 'H' || n / 100, 100000 + n, true, true
FROM h, h_at, generate_series(0, bins - 1) n
UNION ALL
SELECT bench0 + n + 1, 'bench', 'H', '', 900000 + n, false, false
FROM h, h_at, generate_series(0, benches - 1) n;
INSERT INTO bench (place_id)
SELECT bench0 + n + 1
FROM h, h_at, generate_series(0, benches - 1) n;
INSERT INTO container (place_id, kind)
SELECT tote0 + n + 1, 'tote'
FROM h, h_at, generate_series(0, totes - 1) n;

-- A shop of files, and who buys there.
INSERT INTO shop (id, code, owner_id, channel, url, key_id, secret) OVERRIDING SYSTEM VALUE
SELECT own_shop, 'H-SHOP', owner, 'file', '', '', ''
FROM h;
INSERT INTO listing (shop_id, code, item_id)
SELECT own_shop, sku, item_id
FROM h, h_goods;
INSERT INTO customer (id, shop_id, code) OVERRIDING SYSTEM VALUE
SELECT customer0 + n + 1, own_shop, 'H-C' || lpad(n::text, 8, '0')
FROM h, generate_series(0, customers - 1) n;

-- What goods had to have: a rule of each carrier's.
CREATE TEMP TABLE h_carrier ON COMMIT DROP AS
SELECT
  row_number() OVER (ORDER BY ca.id) - 1 AS c, count(*) OVER () AS all_of_them, ca.id AS carrier_id,
  ca.code, sv.id AS service_id, sv.transit_days
FROM carrier ca
JOIN carrier_service sv ON sv.carrier_id = ca.id AND sv.standard;
INSERT INTO need (warehouse_id, service_id, transit_days, item_id, life_days, life_pct)
SELECT w, hc.service_id, hc.transit_days, i.id, i.min_life_days, i.min_life_pct
FROM h
CROSS JOIN h_carrier hc
CROSS JOIN h_goods gd
JOIN item i ON i.id = gd.item_id
ON CONFLICT ON CONSTRAINT need_once DO NOTHING;
CREATE TEMP TABLE h_need ON COMMIT DROP AS
SELECT gd.g, hc.c, min(n.id) AS need_id
FROM h_goods gd
CROSS JOIN h_carrier hc
JOIN need n ON n.item_id = gd.item_id AND n.service_id = hc.service_id
GROUP BY 1, 2;
ANALYZE h_goods, h_need, h_carrier;

-- The orders of the past, one after the other.
CREATE TEMP TABLE h_order ON COMMIT DROP AS
SELECT
  k,
  since + span * (k::float8 / orders) AS t,
  (extract(epoch FROM since + span * (k::float8 / orders)) * 1000)::bigint AS ms,
  CASE WHEN k % 2 = 0 THEN live_shop ELSE own_shop END AS shop_id,
  CASE WHEN k % 2 = 1 THEN customer0 + (k * 7) % customers + 1 END AS customer_id,
  k / 200 % hc.all_of_them AS c,
  CASE
    WHEN k % 50 = 0 THEN live_totes[1]
    WHEN k % 5 = 0 THEN live_totes[1 + k / 5 % cardinality(live_totes)]
    ELSE tote0 + 1 + k % totes
  END AS tote,
  CASE
    WHEN k % 5 = 1 THEN live_benches[1 + k / 5 % cardinality(live_benches)]
    ELSE bench0 + 1 + k % benches
  END AS bench,
  CASE
    WHEN k / 10 % 5 = 0 THEN live_pickers[1 + k / 50 % cardinality(live_pickers)]
    ELSE person0 + 1 + k / 10 * 7 % (people / 10) * 10 + k / 10 % 6
  END AS picker,
  CASE
    WHEN k % 5 = 2 THEN live_packers[1 + k / 5 % cardinality(live_packers)]
    ELSE person0 + 1 + k * 7 % (people / 10) * 10 + 6 + k % 3
  END AS packer,
  parcel0 + k + 1 AS parcel,
  -- Eighteen digits with their check digit.
  '9999999' || lpad(k::text, 10, '0') || (
    (
      25 - (
        5 + 3 * (k % 10) + k / 10 % 10 + 3 * (k / 100 % 10) + k / 1000 % 10
          + 3 * (k / 10000 % 10) + k / 100000 % 10 + 3 * (k / 1000000 % 10)
          + k / 10000000 % 10
      ) % 10 - 5
    ) % 10
  )::text AS sscc
FROM h
CROSS JOIN h_at
CROSS JOIN (SELECT max(all_of_them) AS all_of_them FROM h_carrier) hc
CROSS JOIN LATERAL generate_series(0, orders - 1) k;
ANALYZE h_order;

-- Their lines: of eight orders one has three, the others one. Each has the goods that it sold, and
-- a stock row that got goods on the same day.
CREATE TEMP TABLE h_line ON COMMIT DROP AS
SELECT
  l, x.k, x.line_no, ho.t, ho.ms, ho.tote, ho.parcel, ho.picker, ho.packer, ho.shop_id,
  gd.g, gd.item_id, gd.owner_id, gd.sku, hn.need_id,
  lot0 + gd.g * 5 + l * 5 / lines + 1 AS lot_id,
  1 + l * 7 % 3 AS q,
  CASE
    WHEN gd.g < items THEN bin0 + 1 + l * 17 % bins
    WHEN l % 20 = 0 THEN live_bins[1]
    ELSE live_bins[1 + l / 5 % cardinality(live_bins)]
  END AS pick_bin,
  bin0 + 1 + (l * 13 + 7) % bins AS reserve_bin,
  item0 + 1 + l % stocks % items AS s_item,
  lot0 + 1 + l % stocks % items * 5 + l % stocks / items % 5 AS s_lot,
  bin0 + 1 + (l % stocks % items * 8 + l % stocks / items * (bins / 20)) % bins AS s_bin,
  CASE l % stocks % 100 WHEN 0 THEN 'damaged' WHEN 1 THEN 'held' ELSE 'good' END AS s_status
FROM h
CROSS JOIN h_at
CROSS JOIN LATERAL generate_series(0, lines - 1) l
CROSS JOIN LATERAL (
  SELECT
    l / 10 * 8 + greatest(l % 10 - 2, 0) AS k,
    CASE WHEN l % 10 < 3 THEN l % 10 + 1 ELSE 1 END AS line_no
) x
JOIN h_order ho ON ho.k = x.k
JOIN h_goods gd
  ON gd.g = CASE
    WHEN l % 50 = 0 THEN items
    WHEN l % 5 = 0 THEN items + l / 5 % live_items
    ELSE (l * 31 + l / items) % items
  END
JOIN h_need hn ON hn.g = gd.g AND hn.c = ho.c
ORDER BY l;
ANALYZE h_line;

-- What was sold.
INSERT INTO orders (
  id, shop_id, order_no, customer_id, status, placed_at, modified_at, paid_at, currency,
  total_minor, carrier, receiver, payload
) OVERRIDING SYSTEM VALUE
SELECT
  order0 + ho.k + 1, ho.shop_id, 'H-' || lpad(ho.k::text, 9, '0'), ho.customer_id, 'paid', ho.t,
  ho.t, ho.t, 'CNY', 1000 + ho.k % 9000, hc.code,
  '{"name": "H", "address": "H 1", "country": "CN", "province": "H"}', '{}'
FROM h
CROSS JOIN h_order ho
JOIN h_carrier hc ON hc.c = ho.c
ORDER BY ho.k;
INSERT INTO order_line (id, order_id, line_no, sku, item_id, qty, unit_price_minor)
OVERRIDING SYSTEM VALUE
SELECT order_line0 + l + 1, order0 + k + 1, line_no::text, sku, item_id, q, 1000
FROM h, h_line;
INSERT INTO order_version (order_id, at, modified_at, status, payload)
SELECT order0 + k + 1, t, t, 'paid', CASE WHEN t > now() - interval '90 days' THEN '{}'::json END
FROM h, h_order;

-- How it was sent.
INSERT INTO wave (id, warehouse_id, wave_no, state, released_at, released_by)
OVERRIDING SYSTEM VALUE
SELECT
  wave0 + k / 100 + 1, w, 'H-W' || lpad((k / 100)::text, 6, '0'), 'done', t, supervisor
FROM h, h_at, h_order
WHERE k % 100 = 0;
INSERT INTO shipment (
  id, warehouse_id, shipment_no, shop_id, state, carrier_id, service_id, transit_days, wave_id,
  cutoff_at, ordered_at, customer_id, receiver
) OVERRIDING SYSTEM VALUE
SELECT
  shipment0 + ho.k + 1, w, 'H-S' || lpad(ho.k::text, 8, '0'), ho.shop_id, 'handed_over',
  hc.carrier_id, hc.service_id, hc.transit_days, wave0 + ho.k / 100 + 1,
  ho.t + interval '6 hours', ho.t, ho.customer_id,
  '{"name": "H", "address": "H 1", "country": "CN", "province": "H"}'
FROM h
CROSS JOIN h_order ho
JOIN h_carrier hc ON hc.c = ho.c
ORDER BY ho.k;
INSERT INTO shipment_line (id, shipment_id, owner_id, item_id, qty) OVERRIDING SYSTEM VALUE
SELECT shipment_line0 + l + 1, shipment0 + k + 1, owner_id, item_id, q
FROM h, h_line;
INSERT INTO share (order_line_id, shipment_line_id, qty)
SELECT order_line0 + l + 1, shipment_line0 + l + 1, q
FROM h, h_line;
INSERT INTO promise (
  id, order_line_id, shipment_line_id, warehouse_id, owner_id, item_id, need_id, qty, shipped,
  ended_at
) OVERRIDING SYSTEM VALUE
SELECT
  promise0 + l + 1, order_line0 + l + 1, shipment_line0 + l + 1, w, owner_id, item_id, need_id, q,
  q, t + interval '1 hour'
FROM h, h_line;

-- Walks.
INSERT INTO trip (id, warehouse_id, trip_no, wave_id, state, person_id, due_at)
OVERRIDING SYSTEM VALUE
SELECT
  trip0 + k / 10 + 1, w, 'H-R' || lpad((k / 10)::text, 7, '0'), wave0 + k / 100 + 1, 'done',
  picker, t + interval '6 hours'
FROM h, h_order
WHERE k % 10 = 0;
INSERT INTO trip_shipment (trip_id, shipment_id)
SELECT trip0 + k / 10 + 1, shipment0 + k + 1
FROM h, h_order;
INSERT INTO stop (id, trip_id, place_id, item_id, lot_id) OVERRIDING SYSTEM VALUE
SELECT stop0 + l + 1, trip0 + k / 10 + 1, pick_bin, item_id, lot_id
FROM h, h_line;
INSERT INTO tote_use (container_id, shipment_id, trip_id, freed_at)
SELECT tote, shipment0 + k + 1, trip0 + k / 10 + 1, t + interval '30 minutes'
FROM h, h_order;

-- Parcels, their labels and lists.
INSERT INTO place (id, warehouse_id, code, kind) OVERRIDING SYSTEM VALUE
SELECT parcel, w, sscc, 'container'
FROM h, h_order;
INSERT INTO container (place_id, kind)
SELECT parcel, 'parcel'
FROM h_order;
INSERT INTO parcel (
  place_id, warehouse_id, shipment_id, sscc, state, bench_id, weight_g, carrier_id, waybill
)
SELECT
  ho.parcel, w, shipment0 + ho.k + 1, ho.sscc, 'handed_over', ho.bench, 500, hc.carrier_id,
  'H-' || lpad(ho.k::text, 10, '0')
FROM h
CROSS JOIN h_order ho
JOIN h_carrier hc ON hc.c = ho.c
ORDER BY ho.k;
INSERT INTO parcel_line (parcel_id, order_line_id, qty)
SELECT parcel, order_line0 + l + 1, q
FROM h, h_line;
INSERT INTO label (
  id, parcel_id, version, state, asked_at, got_at, waybill, bytes, erased_at
) OVERRIDING SYSTEM VALUE
SELECT
  label0 + k + 1, parcel, 1, 'on_box', t, t, 'H-' || lpad(k::text, 10, '0'),
  CASE WHEN t > now() - interval '90 days' THEN '^XA^XZ'::bytea END,
  CASE WHEN t <= now() - interval '90 days' THEN t + interval '90 days' END
FROM h, h_order;
INSERT INTO print_job (label_id, printer_id, state, done_at, attempts, next_at)
SELECT label0 + k + 1, printer, 'taken', t, 1, t
FROM h, h_at, h_order
WHERE printer IS NOT NULL;
INSERT INTO hand_over (id, warehouse_id, code, carrier_id, closed_at, closed_by)
OVERRIDING SYSTEM VALUE
SELECT
  hand_over0 + ho.k / 200 + 1, w, 'H-H' || lpad((ho.k / 200)::text, 7, '0'), hc.carrier_id,
  ho.t + interval '2 hours', ho.packer
FROM h
CROSS JOIN h_order ho
JOIN h_carrier hc ON hc.c = ho.c
WHERE ho.k % 200 = 0;
INSERT INTO hand_over_parcel (hand_over_id, parcel_id, seq) OVERRIDING SYSTEM VALUE
SELECT hand_over0 + k / 200 + 1, parcel, hand_over_parcel0 + k + 1
FROM h, h_order;
INSERT INTO outbox (
  shop_id, kind, key, parcel_id, order_no, body, state, attempts, next_at, told_at
)
SELECT
  shop_id, 'dispatch',
  (lpad(to_hex(ms), 12, '0') || '7001a000' || lpad(to_hex(k), 12, '0'))::uuid,
  parcel, 'H-' || lpad(k::text, 9, '0'), '{"waybill": "H"}', 'sent', 1, t, t
FROM h_order;

-- The ledgers. A line's goods come, are brought to their bin, picked, packed and handed over; a
-- stock row gets goods, and is counted.
INSERT INTO reservation (
  id, promise_id, warehouse_id, place_id, owner_id, item_id, lot_id, qty, stop_id, ended_at
) OVERRIDING SYSTEM VALUE
SELECT
  reservation0 + l * 3 + x.j + 1, promise0 + l + 1, w, x.place, owner_id, item_id, lot_id, 0,
  x.stop, t + x.j * interval '10 minutes'
FROM h
CROSS JOIN h_line
CROSS JOIN LATERAL (
  VALUES (0, pick_bin, stop0 + l + 1), (1, tote, NULL), (2, parcel, NULL)
) x (j, place, stop);
INSERT INTO movement (
  id, at, gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, from_status,
  to_place, to_status, reservation_id, stop_id, reason, person_id, command
) OVERRIDING SYSTEM VALUE
SELECT
  movement0 + l * 8 + x.j + 1,
  t + x.j * interval '30 seconds',
  t + x.j * interval '30 seconds',
  w, hl.owner_id, x.item, x.lot, x.qty, x.src, x.src_status, x.dst, x.dst_status,
  reservation0 + l * 3 + x.reserved, x.stop, x.why, x.who,
  (lpad(to_hex(ms), 12, '0') || '7000a000' || lpad(to_hex(l * 8 + x.j), 12, '0'))::uuid
FROM h
CROSS JOIN h_at
CROSS JOIN h_line hl
CROSS JOIN LATERAL (
  VALUES
    (
      0, item_id, lot_id, q, supplier, 'good', reserve_bin, 'good', NULL::bigint, NULL::bigint,
      'receive', receiver
    ),
    (1, item_id, lot_id, q, reserve_bin, 'good', pick_bin, 'good', NULL, NULL, 'move', picker),
    (2, item_id, lot_id, q, pick_bin, 'good', tote, 'good', 1, stop0 + l + 1, 'pick', picker),
    (3, item_id, lot_id, q, tote, 'good', parcel, 'good', 2, NULL, 'pack', packer),
    (4, item_id, lot_id, q, parcel, 'good', customer, 'good', 3, NULL, 'hand_over', packer),
    (
      5, s_item, s_lot, 1 + l % 9, supplier, 'good', s_bin, s_status, NULL, NULL, 'receive',
      receiver
    ),
    (6, s_item, s_lot, 1, adjustment, 'good', s_bin, s_status, NULL, NULL, 'adjust', supervisor),
    (7, s_item, s_lot, 1, s_bin, s_status, adjustment, 'good', NULL, NULL, 'adjust', supervisor)
) x (j, item, lot, qty, src, src_status, dst, dst_status, reserved, stop, why, who);
INSERT INTO stock (warehouse_id, place_id, owner_id, item_id, lot_id, status, on_hand)
SELECT w, s_bin, owner, s_item, s_lot, s_status, sum(1 + l % 9)
FROM h, h_line
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY 2, 4, 5;
-- A tote goes to staging and back to where it stands now.
INSERT INTO placement (
  id, at, warehouse_id, container_id, from_place, to_place, reason, person_id, command
) OVERRIDING SYSTEM VALUE
SELECT
  placement0 + k * 3 + x.j + 1, t + x.j * interval '10 minutes', w, x.container, x.src, x.dst,
  x.why, x.who,
  (lpad(to_hex(ms), 12, '0') || '7002a000' || lpad(to_hex(k * 3 + x.j), 12, '0'))::uuid
FROM h
CROSS JOIN h_at
CROSS JOIN h_order ho
JOIN place pl ON pl.id = ho.tote
CROSS JOIN LATERAL (
  VALUES
    (0, ho.tote, pl.parent_id, staging, 'stage', picker),
    (1, ho.tote, staging, pl.parent_id, 'pack', packer),
    (2, ho.parcel, ho.bench, NULL, 'hand_over', packer)
) x (j, container, src, dst, why, who);

-- What went wrong and was mended; what was held and let go.
INSERT INTO exception (
  warehouse_id, reason, subject, shipment_id, order_id, shop_id, place_id, item_id, lot_id, qty,
  since, done_at, done_by
)
SELECT
  w,
  (ARRAY['short', 'damaged', 'not_found', 'unknown_item'])[1 + k % 4],
  CASE
    WHEN k % 4 < 2 THEN pl.code
    WHEN k % 4 = 2 THEN 'H-S' || lpad(k::text, 8, '0')
    ELSE 'H-' || lpad(k::text, 9, '0')
  END,
  CASE WHEN k % 4 = 2 THEN shipment0 + k + 1 END,
  CASE WHEN k % 4 = 3 THEN order0 + k + 1 END,
  CASE WHEN k % 4 = 3 THEN hl.shop_id END,
  CASE WHEN k % 4 < 2 THEN pick_bin END,
  CASE WHEN k % 4 < 3 THEN item_id END,
  CASE WHEN k % 4 < 2 THEN lot_id END,
  1, t, t + interval '1 hour', supervisor
FROM h
CROSS JOIN h_at
CROSS JOIN h_line hl
JOIN place pl ON pl.id = hl.pick_bin
WHERE l % 6 = 0;
INSERT INTO hold (hold_no, subject, subject_id, reason, note, by, since, lifted_at, lifted_by)
SELECT
  'H-' || lpad(n::text, 7, '0'),
  (ARRAY['shipment', 'order', 'lot', 'item', 'place', 'customer'])[1 + n % 6],
  CASE n % 6
    WHEN 0 THEN shipment0 + 1 + n % orders
    WHEN 1 THEN order0 + 1 + n % orders
    WHEN 2 THEN lot0 + 1 + n % (items * 5)
    WHEN 3 THEN item0 + 1 + n % items
    WHEN 4 THEN bin0 + 1 + n % bins
    ELSE customer0 + 1 + n % customers
  END,
  'check', 'H', 'EDITH', since + span * (n::float8 / (m / 1000)),
  since + span * (n::float8 / (m / 1000)) + interval '1 hour', 'EDITH'
FROM h, h_at, generate_series(0, m / 1000 - 1) n;
INSERT INTO task (warehouse_id, task_no, kind, state, person_id, container_id)
SELECT w, 'H-K' || lpad(k::text, 8, '0'), 'put_back', 'done', picker, tote
FROM h, h_order
WHERE k % 10 < 1;

-- What was said and asked.
INSERT INTO audit (at, person, action, subject, after)
SELECT
  since + span * (n::float8 / (m / 50)),
  CASE WHEN n % 5 = 0 THEN 'ALICE' ELSE 'H-P' || lpad((n % people)::text, 4, '0') END,
  (ARRAY['sign_on', 'sign_off', 'reprint', 'desk-do-first'])[1 + n % 4],
  CASE
    WHEN n % 4 < 2 THEN 'H-TERM' || n % 100
    WHEN n % 400 = 3 THEN (SELECT pl.code FROM place pl WHERE pl.id = live_bins[1])
    ELSE 'H-S' || lpad((n * 4 % orders)::text, 8, '0')
  END,
  '{"text": "H"}'
FROM h, h_at, generate_series(0, m / 50 - 1) n;
INSERT INTO notice (person_id, at, text, version, seen_at)
SELECT
  CASE
    WHEN n % 5 = 0 THEN live_pickers[1 + n / 5 % cardinality(live_pickers)]
    ELSE person0 + 1 + n % people
  END,
  now() - interval '29 days' * (1 - n::float8 / (m / 100)),
  json_build_object(
    'key', 'notice-cancelled', 'args', json_build_object(
      'shipment', json_build_object('plain', 'H'), 'totes', json_build_object('plain', '-'),
      'goods', json_build_object('plain', '')
    )
  ),
  1,
  now() - interval '29 days' * (1 - n::float8 / (m / 100))
FROM h, h_at, generate_series(0, m / 100 - 1) n;
INSERT INTO command (id, person_id, at, feedback, reply)
SELECT
  (
    lpad(to_hex((extract(epoch FROM x.at) * 1000)::bigint), 12, '0') || '7003a000'
      || lpad(to_hex(n), 12, '0')
  )::uuid,
  CASE
    WHEN n % 5 = 0 THEN live_pickers[1 + n / 5 % cardinality(live_pickers)]
    ELSE person0 + 1 + n % people
  END,
  x.at, '', NULL
FROM h
CROSS JOIN h_at
CROSS JOIN LATERAL generate_series(0, m / 100 - 1) n
CROSS JOIN LATERAL (SELECT now() - interval '70 hours' * (1 - n::float8 / (m / 100)) AS at) x;
INSERT INTO shop_minute (shop_id, minute, what, n)
SELECT live_shop, date_trunc('minute', now()) - k * interval '1 minute', 'orders', 1 + k % 5
FROM h, generate_series(2, least(m / 200, 4300)) k
ON CONFLICT DO NOTHING;
INSERT INTO hook (shop_id, word, at)
SELECT live_shop, 'H-' || n, now() - interval '70 hours' * (1 - n::float8 / (m / 500))
FROM h, generate_series(0, m / 500 - 1) n;
INSERT INTO file_taken (shop_id, digest, at)
SELECT own_shop, 'H-' || n, since + span * (n::float8 / (m / 1000))
FROM h, generate_series(0, m / 1000 - 1) n;

-- As it was: indexes, counters, triggers.
DO $$
DECLARE
  k record;
BEGIN
  FOR k IN SELECT * FROM h_index LOOP
    EXECUTE k.made_by;
  END LOOP;
  FOR k IN
    SELECT a.attrelid::regclass AS t, a.attname AS c
    FROM pg_attribute a
    JOIN pg_class t ON t.oid = a.attrelid AND t.relnamespace = 'public'::regnamespace
    WHERE a.attidentity <> '' AND t.relkind = 'r'
  LOOP
    EXECUTE format(
      'SELECT setval(pg_get_serial_sequence(%L, %L), max(%I)) FROM %s HAVING max(%I) IS NOT NULL',
      k.t, k.c, k.c, k.t, k.c
    );
  END LOOP;
  IF NOT (SELECT by_role FROM h_quiet) THEN
    FOR k IN
      SELECT oid::regclass AS t
      FROM pg_class
      WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    LOOP
      EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', k.t);
    END LOOP;
  END IF;
END $$;
DROP TABLE h_line, h_order;

COMMIT;

ANALYZE;
