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

-- `{warehouse, place, owner, sku, lot, last_good_day, status, qty}`: so much is there; the
-- difference to what the ledger says is a movement through adjustment.
CREATE FUNCTION import_stock(p_row jsonb, p_person bigint, p_command uuid)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  w bigint := warehouse_of(p_row ->> 'warehouse');
  o bigint := owner_of(p_row ->> 'owner');
  p place;
  i item;
  l bigint;
  v bigint;
  have bigint;
  held bigint;
  more bigint;
BEGIN
  IF w IS NULL AND p_row ->> 'warehouse' = '' THEN RETURN 'which_warehouse'; END IF;
  IF w IS NULL THEN RETURN 'unknown_warehouse'; END IF;
  IF o IS NULL THEN RETURN 'unknown_owner'; END IF;
  SELECT *
  INTO p
  FROM place
  WHERE warehouse_id = w AND code = p_row ->> 'place' AND kind IN ('bin', 'container');
  IF p.id IS NULL THEN RETURN 'unknown_place'; END IF;
  SELECT *
  INTO i
  FROM item
  WHERE owner_id = o AND upper(sku) = upper(p_row ->> 'sku');
  IF i.id IS NULL THEN RETURN 'unknown_item'; END IF;
  PERFORM lock_promise_gates(w, ARRAY[i.id]);
  INSERT INTO lot (owner_id, item_id, number, last_good_day)
  VALUES (o, i.id, p_row ->> 'lot', coalesce((p_row ->> 'last_good_day')::date, 'infinity'))
  ON CONFLICT ON CONSTRAINT lot_once
  DO NOTHING;
  SELECT id
  INTO l
  FROM lot
  WHERE owner_id = o
    AND item_id = i.id
    AND number = p_row ->> 'lot'
    AND last_good_day = coalesce((p_row ->> 'last_good_day')::date, 'infinity');
  SELECT on_hand, reserved
  INTO have, held
  FROM stock
  WHERE warehouse_id = w
    AND place_id = p.id
    AND owner_id = o
    AND item_id = i.id
    AND lot_id = l
    AND status = p_row ->> 'status';
  more := (p_row ->> 'qty')::bigint - coalesce(have, 0);
  IF more = 0 THEN RETURN 'unchanged'; END IF;
  IF (p_row ->> 'qty')::bigint < coalesce(held, 0) THEN RETURN 'below_reserved'; END IF;
  SELECT id
  INTO v
  FROM place
  WHERE warehouse_id = w AND kind = 'virtual' AND code = 'ADJUSTMENT';
  INSERT INTO movement (
    warehouse_id, owner_id, item_id, lot_id, qty, from_place, from_status, to_place, to_status,
    reason, person_id, command
  )
  VALUES (
    w,
    o,
    i.id,
    l,
    abs(more),
    CASE WHEN more > 0 THEN v ELSE p.id END,
    CASE WHEN more > 0 THEN 'good' ELSE p_row ->> 'status' END,
    CASE WHEN more > 0 THEN p.id ELSE v END,
    CASE WHEN more > 0 THEN p_row ->> 'status' ELSE 'good' END,
    'adjust',
    p_person,
    p_command
  );
  IF more < 0 THEN PERFORM break_promises(w, ARRAY[i.id]); END IF;
  RETURN CASE WHEN have IS NULL THEN 'created' ELSE 'updated' END;
END $$;
