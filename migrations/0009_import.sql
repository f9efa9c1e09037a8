-- Files: rows of goods, bins and stock, each taken by a function that says what it did: created,
-- updated, unchanged, or a stable code that refuses it. The same row twice changes nothing.

-- The lines of order files, until their orders are whole. What is left of a file that broke off is
-- swept away.
CREATE TABLE import_line (
  file     uuid NOT NULL,
  row      bigint NOT NULL,
  order_no text NOT NULL,
  data     jsonb NOT NULL,
  PRIMARY KEY (file, row)
);
CREATE INDEX import_line_by_order ON import_line (file, order_no);

CREATE FUNCTION owner_of(p_code_or_empty text) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_code_or_empty = '' THEN default_owner()
    ELSE (SELECT id FROM owner WHERE code = p_code_or_empty)
  END
$$;

-- `{owner, sku, name_en, name_zh, size, colour, barcode, pack, units, weight_g, volume_ml,
-- shelf_life, shelf_life_unit, min_life, min_life_pct, stop_sale_days, lot_tracked}`; what is null
-- stays as it is.
CREATE FUNCTION import_item(p_row jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  o bigint := owner_of(p_row ->> 'owner');
  i item;
  p bigint;
  outcome text := 'unchanged';
BEGIN
  IF o IS NULL THEN RETURN 'unknown_owner'; END IF;
  SELECT *
  INTO i
  FROM item
  WHERE owner_id = o AND upper(sku) = upper(p_row ->> 'sku')
  FOR UPDATE;
  IF i.id IS NULL THEN
    INSERT INTO item (
      owner_id, sku, name_en, name_zh, size, colour, weight_g, volume_ml, shelf_life,
      shelf_life_unit, min_life_days, min_life_pct, stop_sale_days, lot_tracked
    )
    VALUES (
      o,
      p_row ->> 'sku',
      coalesce(p_row ->> 'name_en', p_row ->> 'name_zh', p_row ->> 'sku'),
      coalesce(p_row ->> 'name_zh', p_row ->> 'name_en', p_row ->> 'sku'),
      coalesce(p_row ->> 'size', ''),
      coalesce(p_row ->> 'colour', ''),
      coalesce((p_row ->> 'weight_g')::bigint, 0),
      coalesce((p_row ->> 'volume_ml')::bigint, 0),
      (p_row ->> 'shelf_life')::int,
      p_row ->> 'shelf_life_unit',
      coalesce((p_row ->> 'min_life')::int, 0),
      coalesce((p_row ->> 'min_life_pct')::int, 0),
      coalesce((p_row ->> 'stop_sale_days')::int, 0),
      coalesce((p_row ->> 'lot_tracked')::boolean, true)
    )
    RETURNING *
    INTO i;
    outcome := 'created';
  ELSE
    UPDATE item
    SET
      name_en = coalesce(p_row ->> 'name_en', name_en),
      name_zh = coalesce(p_row ->> 'name_zh', name_zh),
      size = coalesce(p_row ->> 'size', size),
      colour = coalesce(p_row ->> 'colour', colour),
      weight_g = coalesce((p_row ->> 'weight_g')::bigint, weight_g),
      volume_ml = coalesce((p_row ->> 'volume_ml')::bigint, volume_ml),
      shelf_life = coalesce((p_row ->> 'shelf_life')::int, shelf_life),
      shelf_life_unit = coalesce(p_row ->> 'shelf_life_unit', shelf_life_unit),
      min_life_days = coalesce((p_row ->> 'min_life')::int, min_life_days),
      min_life_pct = coalesce((p_row ->> 'min_life_pct')::int, min_life_pct),
      stop_sale_days = coalesce((p_row ->> 'stop_sale_days')::int, stop_sale_days),
      lot_tracked = coalesce((p_row ->> 'lot_tracked')::boolean, lot_tracked)
    WHERE id = i.id
      AND (
        name_en, name_zh, size, colour, weight_g, volume_ml, min_life_days, min_life_pct,
        stop_sale_days, lot_tracked, coalesce(shelf_life, 0), coalesce(shelf_life_unit, '')
      ) IS DISTINCT FROM (
        coalesce(p_row ->> 'name_en', name_en),
        coalesce(p_row ->> 'name_zh', name_zh),
        coalesce(p_row ->> 'size', size),
        coalesce(p_row ->> 'colour', colour),
        coalesce((p_row ->> 'weight_g')::bigint, weight_g),
        coalesce((p_row ->> 'volume_ml')::bigint, volume_ml),
        coalesce((p_row ->> 'min_life')::int, min_life_days),
        coalesce((p_row ->> 'min_life_pct')::int, min_life_pct),
        coalesce((p_row ->> 'stop_sale_days')::int, stop_sale_days),
        coalesce((p_row ->> 'lot_tracked')::boolean, lot_tracked),
        coalesce((p_row ->> 'shelf_life')::int, shelf_life, 0),
        coalesce(p_row ->> 'shelf_life_unit', shelf_life_unit, '')
      );
    IF FOUND THEN outcome := 'updated'; END IF;
  END IF;
  SELECT id
  INTO p
  FROM pack
  WHERE item_id = i.id AND level = p_row ->> 'pack' AND units = (p_row ->> 'units')::bigint;
  IF p IS NULL THEN
    INSERT INTO pack (item_id, level, units)
    VALUES (i.id, p_row ->> 'pack', (p_row ->> 'units')::bigint)
    RETURNING id
    INTO p;
    IF outcome = 'unchanged' THEN outcome := 'updated'; END IF;
  END IF;
  IF p_row ->> 'barcode' IS NOT NULL THEN
    INSERT INTO barcode (code, owner_id, pack_id)
    VALUES (p_row ->> 'barcode', o, p)
    ON CONFLICT DO NOTHING;
    IF FOUND AND outcome = 'unchanged' THEN outcome := 'updated'; END IF;
  END IF;
  RETURN outcome;
END $$;

CREATE FUNCTION warehouse_of(p_code_or_empty text) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN p_code_or_empty = '' THEN (
      SELECT min(id)
      FROM warehouse
      HAVING count(*) = 1
    )
    ELSE (SELECT id FROM warehouse WHERE code = p_code_or_empty)
  END
$$;

CREATE FUNCTION add_warehouse(code text, name text, tz text, demo boolean)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  w bigint;
BEGIN
  INSERT INTO warehouse (code, name, tz, demo, gs1_prefix)
  VALUES (code, name, tz, demo, CASE WHEN demo THEN '952' END)
  RETURNING id
  INTO w;
  INSERT INTO day_turn (warehouse_id) VALUES (w);
  INSERT INTO place (warehouse_id, code, kind)
  SELECT w, c, 'virtual'
  FROM unnest(ARRAY['SUPPLIER', 'CUSTOMER', 'ADJUSTMENT', 'SCRAP', 'TRANSIT']) AS c;
  RETURN w;
END $$;

-- Do standings, parcels or people name this bench?
CREATE FUNCTION bench_is_named(p_bench bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT 1 FROM standing WHERE bench_id = p_bench)
    OR EXISTS (SELECT 1 FROM parcel WHERE bench_id = p_bench)
$$;

-- What follows from a bin's new use: what may be promised and picked there, and whether it is a
-- bench. Promises to goods that lie there are broken where they no longer fit.
CREATE FUNCTION place_is_used_as(p_place bigint, p_use text, p_pickable boolean)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  w bigint;
  items bigint[];
BEGIN
  SELECT sk.warehouse_id, array_agg(DISTINCT sk.item_id)
  INTO w, items
  FROM place pl
  JOIN stock sk ON sk.warehouse_id = pl.warehouse_id AND sk.place_id = pl.id AND sk.on_hand > 0
  WHERE pl.bin_id = p_place AND pl.stores
  GROUP BY sk.warehouse_id;
  IF items IS NOT NULL THEN PERFORM lock_promise_gates(w, items); END IF;
  UPDATE bin
  SET promisable = p_use = 'storage', pickable = coalesce(p_pickable, p_use = 'storage')
  WHERE place_id = p_place;
  IF p_use = 'bench' THEN
    INSERT INTO bench (place_id) VALUES (p_place) ON CONFLICT DO NOTHING;
  ELSE
    DELETE FROM bench WHERE place_id = p_place;
  END IF;
  IF items IS NOT NULL THEN PERFORM break_promises(w, items); END IF;
END $$;

-- `{warehouse, code, parent, use, zone, area, aisle, position_mm, side, seq, level, pickable,
-- max_g, max_ml, max_units}`. The first warehouse comes to be with its first place. With a parent
-- it is a slot of that trolley or wall, else a bin.
CREATE FUNCTION import_place(p_row jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  w bigint := warehouse_of(p_row ->> 'warehouse');
  pl place;
  carrier place;
  use_is text := p_row ->> 'use';
  used_as text;
BEGIN
  IF w IS NULL AND p_row ->> 'warehouse' = '' THEN RETURN 'which_warehouse'; END IF;
  IF w IS NULL AND EXISTS (SELECT 1 FROM warehouse) THEN RETURN 'unknown_warehouse'; END IF;
  IF w IS NULL THEN
    w := add_warehouse(p_row ->> 'warehouse', p_row ->> 'warehouse', 'Asia/Shanghai', false);
  END IF;
  SELECT *
  INTO pl
  FROM place
  WHERE warehouse_id = w AND code = p_row ->> 'code';
  IF p_row ->> 'parent' IS NOT NULL THEN
    SELECT parent_pl.*
    INTO carrier
    FROM place parent_pl
    LEFT JOIN bin b ON b.place_id = parent_pl.id
    WHERE parent_pl.warehouse_id = w
      AND parent_pl.code = p_row ->> 'parent'
      AND (parent_pl.kind = 'trolley' OR b.use = 'wall');
    IF carrier.id IS NULL THEN RETURN 'no_slots_there'; END IF;
    IF pl.id IS NOT NULL AND (pl.kind <> 'slot' OR pl.parent_id <> carrier.id) THEN
      RETURN 'code_taken';
    END IF;
    IF pl.id IS NOT NULL THEN RETURN 'unchanged'; END IF;
    INSERT INTO place (warehouse_id, code, kind, parent_id)
    VALUES (w, p_row ->> 'code', 'slot', carrier.id);
    RETURN 'created';
  END IF;
  IF pl.id IS NOT NULL AND pl.kind <> 'bin' THEN RETURN 'code_taken'; END IF;
  IF pl.id IS NULL THEN
    INSERT INTO place (warehouse_id, code, kind)
    VALUES (w, p_row ->> 'code', 'bin')
    RETURNING *
    INTO pl;
    INSERT INTO bin (
      place_id, use, zone, area, aisle, position_mm, side, seq, level, promisable, pickable, max_g,
      max_ml, max_units
    )
    VALUES (
      pl.id,
      coalesce(use_is, 'storage'),
      coalesce(p_row ->> 'zone', ''),
      coalesce(p_row ->> 'area', ''),
      coalesce(p_row ->> 'aisle', ''),
      (p_row ->> 'position_mm')::bigint,
      coalesce(p_row ->> 'side', ''),
      coalesce((p_row ->> 'seq')::int, 0),
      coalesce((p_row ->> 'level')::int, 1),
      coalesce(use_is, 'storage') = 'storage',
      coalesce((p_row ->> 'pickable')::boolean, coalesce(use_is, 'storage') = 'storage'),
      (p_row ->> 'max_g')::bigint,
      (p_row ->> 'max_ml')::bigint,
      (p_row ->> 'max_units')::bigint
    );
    INSERT INTO bench (place_id)
    SELECT pl.id
    WHERE use_is = 'bench';
    RETURN 'created';
  END IF;
  SELECT use INTO used_as FROM bin WHERE place_id = pl.id;
  IF used_as = 'bench' AND use_is <> 'bench' AND bench_is_named(pl.id) THEN
    RETURN 'place_in_use';
  END IF;
  UPDATE bin b
  SET
    use = n.use, zone = n.zone, area = n.area, aisle = n.aisle, position_mm = n.position_mm,
    side = n.side, seq = n.seq, level = n.level, pickable = n.pickable, max_g = n.max_g,
    max_ml = n.max_ml, max_units = n.max_units
  FROM (
    SELECT (jsonb_populate_record(old_b, jsonb_strip_nulls(p_row))).*
    FROM bin old_b
    WHERE old_b.place_id = pl.id
  ) n
  WHERE b.place_id = pl.id AND n.place_id = pl.id AND b.* IS DISTINCT FROM n.*;
  IF NOT FOUND THEN RETURN 'unchanged'; END IF;
  IF use_is IS DISTINCT FROM used_as AND use_is IS NOT NULL THEN
    PERFORM place_is_used_as(pl.id, use_is, (p_row ->> 'pickable')::boolean);
  END IF;
  RETURN 'updated';
END $$;

-- Rows of stock as a file has them, `{row, data: {warehouse, place, owner, sku, lot, last_good_day,
-- status, qty}}`, with what they name here, or why they name nothing. A later row about the same
-- goods in the same place is of a later round: it says so much is there after the one before.
CREATE FUNCTION stock_rows(p_rows jsonb)
RETURNS TABLE (n bigint, round bigint, warehouse_id bigint, owner_id bigint, place_id bigint,
  item_id bigint, number text, day date, status text, qty bigint, refused text)
LANGUAGE sql STABLE AS $$
  SELECT
    x.row,
    CASE
      WHEN pl.id IS NULL OR i.id IS NULL THEN 1
      ELSE row_number() OVER (
        PARTITION BY
          k.warehouse_id, k.owner_id, pl.id, i.id, x.data ->> 'lot', x.data ->> 'last_good_day',
          x.data ->> 'status'
        ORDER BY x.row
      )
    END,
    k.warehouse_id,
    k.owner_id,
    pl.id,
    i.id,
    x.data ->> 'lot',
    coalesce((x.data ->> 'last_good_day')::date, 'infinity'),
    x.data ->> 'status',
    (x.data ->> 'qty')::bigint,
    CASE
      WHEN k.warehouse_id IS NULL AND x.data ->> 'warehouse' = '' THEN 'which_warehouse'
      WHEN k.warehouse_id IS NULL THEN 'unknown_warehouse'
      WHEN k.owner_id IS NULL THEN 'unknown_owner'
      WHEN pl.id IS NULL THEN 'unknown_place'
      WHEN i.id IS NULL THEN 'unknown_item'
    END
  FROM jsonb_to_recordset(p_rows) AS x(row bigint, data jsonb)
  CROSS JOIN LATERAL (
    SELECT
      warehouse_of(x.data ->> 'warehouse') AS warehouse_id,
      owner_of(x.data ->> 'owner') AS owner_id
    OFFSET 0
  ) k
  LEFT JOIN place pl
    ON pl.warehouse_id = k.warehouse_id
      AND pl.code = x.data ->> 'place'
      AND pl.kind IN ('bin', 'container')
  LEFT JOIN item i ON i.owner_id = k.owner_id AND upper(i.sku) = upper(x.data ->> 'sku')
$$;

-- So much is there; the difference to what the ledger says is a movement through adjustment. All
-- rows of a round at once: a movement by itself costs the ledger as much as a hundred together.
-- Whoever calls it has locked the gates of all items.
CREATE FUNCTION import_stock(p_rows jsonb, p_person bigint, p_command uuid)
RETURNS TABLE (n bigint, outcome text) LANGUAGE plpgsql AS $$
DECLARE
  rounds bigint;
  done jsonb;
BEGIN
  INSERT INTO lot (owner_id, item_id, number, last_good_day)
  SELECT DISTINCT r.owner_id, r.item_id, r.number, r.day
  FROM stock_rows(p_rows) r
  WHERE r.refused IS NULL
  ORDER BY 1, 2, 3, 4
  ON CONFLICT ON CONSTRAINT lot_once
  DO NOTHING;
  SELECT max(r.round) INTO rounds FROM stock_rows(p_rows) r;
  FOR this_round IN 1..coalesce(rounds, 0) LOOP
    WITH wanted AS MATERIALIZED (
      SELECT
        r.*, lo.id AS lot_id, sk.on_hand AS have, coalesce(sk.reserved, 0) AS held,
        r.qty - coalesce(sk.on_hand, 0) AS more
      FROM stock_rows(p_rows) r
      LEFT JOIN lot lo
        ON lo.owner_id = r.owner_id
          AND lo.item_id = r.item_id
          AND lo.number = r.number
          AND lo.last_good_day = r.day
      LEFT JOIN stock sk
        ON sk.warehouse_id = r.warehouse_id
          AND sk.place_id = r.place_id
          AND sk.owner_id = r.owner_id
          AND sk.item_id = r.item_id
          AND sk.lot_id = lo.id
          AND sk.status = r.status
      WHERE r.round = this_round
    ), verdict AS MATERIALIZED (
      SELECT
        wd.*,
        CASE
          WHEN wd.refused IS NOT NULL THEN wd.refused
          WHEN wd.more = 0 THEN 'unchanged'
          WHEN wd.qty < wd.held THEN 'below_reserved'
          WHEN wd.have IS NULL THEN 'created'
          ELSE 'updated'
        END AS said
      FROM wanted wd
    ), moved AS (
      INSERT INTO movement (
        warehouse_id, owner_id, item_id, lot_id, qty, from_place, from_status, to_place, to_status,
        reason, person_id, command
      )
      SELECT
        vd.warehouse_id,
        vd.owner_id,
        vd.item_id,
        vd.lot_id,
        abs(vd.more),
        CASE WHEN vd.more > 0 THEN adjusted.id ELSE vd.place_id END,
        CASE WHEN vd.more > 0 THEN 'good' ELSE vd.status END,
        CASE WHEN vd.more > 0 THEN vd.place_id ELSE adjusted.id END,
        CASE WHEN vd.more > 0 THEN vd.status ELSE 'good' END,
        'adjust',
        p_person,
        p_command
      FROM verdict vd
      JOIN place adjusted
        ON adjusted.warehouse_id = vd.warehouse_id
          AND adjusted.kind = 'virtual'
          AND adjusted.code = 'ADJUSTMENT'
      WHERE vd.said IN ('created', 'updated')
      ORDER BY vd.n
    )
    SELECT
      jsonb_agg(
        jsonb_build_object(
          'n', vd.n, 'said', vd.said, 'warehouse_id', vd.warehouse_id, 'item_id', vd.item_id,
          'less', vd.said = 'updated' AND vd.more < 0
        )
      )
    INTO done
    FROM verdict vd;
    PERFORM break_promises(k.warehouse_id, k.items)
    FROM (
      SELECT x.warehouse_id, array_agg(DISTINCT x.item_id) AS items
      FROM jsonb_to_recordset(done) AS x(warehouse_id bigint, item_id bigint, less boolean)
      WHERE x.less
      GROUP BY x.warehouse_id
      ORDER BY x.warehouse_id
    ) k;
    RETURN QUERY
      SELECT x.n, x.said
      FROM jsonb_to_recordset(done) AS x(n bigint, said text)
      ORDER BY x.n;
  END LOOP;
END $$;
