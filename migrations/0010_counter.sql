-- Goods that are sold over a counter have left when the sale is heard of: they are booked out of the counter's bin, and what
-- comes back lies there held until a supervisor has looked at it.

INSERT INTO reason (code, text_en, text_zh, stock_status, whole_bin, role) VALUES
  ('counter_sale', 'Sold over the counter', '门店售出', NULL, false, 'supervisor'),
  ('counter_back', 'Back over the counter', '门店退回', 'held', false, 'supervisor');

CREATE TABLE counter_sale (
  movement_id   bigint PRIMARY KEY REFERENCES movement,
  order_line_id bigint NOT NULL REFERENCES order_line
);
CREATE INDEX counter_sale_by_line ON counter_sale (order_line_id);

-- What of each line has left over the counter, by lot, less what came back.
CREATE VIEW counter_sold AS
SELECT c.order_line_id, m.lot_id, sum(CASE m.reason WHEN 'counter_sale' THEN m.qty ELSE -m.qty END)::bigint AS qty, max(m.id) AS last
FROM counter_sale c JOIN movement m ON m.id = c.movement_id GROUP BY 1, 2;

-- The bin that a shop sells from; null where it has no counter.
CREATE FUNCTION counter_of(s bigint) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT p.id FROM shop sh JOIN place p ON p.kind = 'bin' AND upper(p.code) = upper(sh.options->>'till') WHERE sh.id = s ORDER BY p.warehouse_id LIMIT 1
$$;

-- One movement of a line at the counter.
CREATE FUNCTION book_at_counter(l order_line, v_lot bigint, v_qty bigint, v_from bigint, v_to bigint, v_reason text, v_command uuid) RETURNS void LANGUAGE plpgsql AS $$
DECLARE m bigint; w bigint := (SELECT warehouse_id FROM place WHERE id = v_from);
BEGIN
  INSERT INTO movement (warehouse_id, owner_id, item_id, lot_id, qty, from_place, from_status, to_place, to_status, reason, person_id, command)
  SELECT w, i.owner_id, i.id, v_lot, v_qty, v_from, 'good', v_to, coalesce(r.stock_status, 'good'), r.code, (SELECT id FROM person WHERE role = 'system'), v_command
  FROM item i, reason r WHERE i.id = l.item_id AND r.code = v_reason RETURNING id INTO m;
  INSERT INTO counter_sale (movement_id, order_line_id) VALUES (m, l.id);
END $$;

-- Books what these orders say that has left, or has come back, and is not booked yet. What was sold and is not on the books of
-- that bin comes out of adjustment, and the bin is to be counted.
CREATE FUNCTION book_counter(v_orders bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  cmd uuid := gen_random_uuid(); items bigint[]; w bigint; o record; l order_line; s record; rest bigint; take bigint; customer bigint; adjustment bigint;
BEGIN
  FOR o IN SELECT k.id, k.order_no, k.status IN ('cancelled', 'refunded') AS off, counter_of(k.shop_id) AS counter
           FROM orders k WHERE k.id = ANY (v_orders) AND counter_of(k.shop_id) IS NOT NULL ORDER BY k.id LOOP
    SELECT warehouse_id INTO w FROM place WHERE id = o.counter;
    SELECT id INTO customer FROM place WHERE warehouse_id = w AND kind = 'virtual' AND code = 'CUSTOMER';
    SELECT id INTO adjustment FROM place WHERE warehouse_id = w AND kind = 'virtual' AND code = 'ADJUSTMENT';
    SELECT array_agg(DISTINCT item_id) INTO items FROM order_line WHERE order_id = o.id AND item_id IS NOT NULL;
    IF items IS NOT NULL THEN PERFORM lock_gates(w, items); END IF;
    INSERT INTO exception (reason, subject, order_id, said)
    SELECT 'unknown_item', o.order_no, o.id, string_agg(x.sku, ', ' ORDER BY x.id) FROM order_line x
    WHERE x.order_id = o.id AND NOT x.cancelled AND x.item_id IS NULL HAVING count(*) > 0 ON CONFLICT DO NOTHING;

    FOR l IN SELECT * FROM order_line WHERE order_id = o.id AND item_id IS NOT NULL ORDER BY item_id, id LOOP
      rest := CASE WHEN l.cancelled OR o.off THEN 0 ELSE l.elsewhere END - coalesce((SELECT sum(qty) FROM counter_sold WHERE order_line_id = l.id), 0);
      FOR s IN SELECT lot_id, k.on_hand - k.reserved AS free FROM stock k JOIN lot ON lot.id = k.lot_id WHERE rest > 0 AND k.place_id = o.counter AND k.item_id = l.item_id AND k.status = 'good'
                 AND k.on_hand > k.reserved ORDER BY last_good_day, lot_id LOOP
        EXIT WHEN rest = 0;
        take := least(rest, s.free);
        PERFORM book_at_counter(l, s.lot_id, take, o.counter, customer, 'counter_sale', cmd);
        rest := rest - take;
      END LOOP;
      IF rest > 0 THEN
        INSERT INTO lot (owner_id, item_id, number, last_good_day) SELECT owner_id, id, '', 'infinity' FROM item WHERE id = l.item_id AND NOT EXISTS (SELECT 1 FROM lot WHERE item_id = l.item_id)
        ON CONFLICT DO NOTHING;
        PERFORM book_at_counter(l, (SELECT id FROM lot WHERE item_id = l.item_id ORDER BY id DESC LIMIT 1), rest, adjustment, customer, 'counter_sale', cmd);
        INSERT INTO exception (warehouse_id, reason, subject, place_id, item_id, qty)
        SELECT w, 'counter_short', p.code, p.id, l.item_id, rest FROM place p WHERE p.id = o.counter
        ON CONFLICT (reason, subject, coalesce(place_id, 0), coalesce(item_id, 0), coalesce(lot_id, 0)) WHERE done_at IS NULL DO UPDATE SET qty = exception.qty + excluded.qty;
      END IF;
      FOR s IN SELECT lot_id, qty FROM counter_sold WHERE rest < 0 AND order_line_id = l.id AND qty > 0 ORDER BY last DESC LOOP
        EXIT WHEN rest = 0;
        take := least(-rest, s.qty);
        PERFORM book_at_counter(l, s.lot_id, take, customer, o.counter, 'counter_back', cmd);
        INSERT INTO exception (warehouse_id, reason, subject, place_id, item_id, lot_id, qty)
        SELECT w, 'counter_back', p.code, p.id, l.item_id, s.lot_id, take FROM place p WHERE p.id = o.counter
        ON CONFLICT (reason, subject, coalesce(place_id, 0), coalesce(item_id, 0), coalesce(lot_id, 0)) WHERE done_at IS NULL DO UPDATE SET qty = exception.qty + excluded.qty;
        rest := rest + take;
      END LOOP;
      PERFORM break_promises(w, i.owner_id, i.id) FROM item i WHERE i.id = l.item_id;
    END LOOP;
  END LOOP;
END $$;
