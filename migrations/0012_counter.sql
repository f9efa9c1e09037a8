-- Goods that are sold over a counter have left when the sale is heard of: they are booked out of
-- the counter's bin, and what comes back lies there held until a supervisor has looked at it.

INSERT INTO reason (code, text_en, text_zh, stock_status, whole_bin) VALUES
  ('counter_sale', 'Sold over the counter', '门店售出', NULL, false),
  ('counter_back', 'Back over the counter', '门店退回', 'held', false);

CREATE TABLE counter_sale (
  movement_id   bigint PRIMARY KEY REFERENCES movement,
  order_line_id bigint NOT NULL REFERENCES order_line
);
CREATE INDEX counter_sale_by_line ON counter_sale (order_line_id);

-- What has left for each line, by item and lot, less what came back.
CREATE VIEW counter_sold AS
SELECT
  cs.order_line_id,
  m.item_id,
  m.lot_id,
  sum(CASE m.reason WHEN 'counter_sale' THEN m.qty ELSE -m.qty END)::bigint AS qty,
  max(m.id) AS last
FROM counter_sale cs
JOIN movement m ON m.id = cs.movement_id
GROUP BY 1, 2, 3;

-- Must we know what a line's code means? Not of goods that others send.
CREATE FUNCTION wants_item(p_line order_line) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT p_line.to_send > 0
    OR (
      NOT p_line.cancelled
      AND EXISTS (
        SELECT 1
        FROM orders o
        JOIN shop sp ON sp.id = o.shop_id
        WHERE o.id = p_line.order_id AND sp.counter_id IS NOT NULL
      )
    )
$$;

-- One movement of a line at the counter.
CREATE FUNCTION book_at_counter(p_line bigint, p_item bigint, p_lot bigint, p_qty bigint,
  p_from place, p_to place, p_reason text, p_command uuid)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  m bigint;
BEGIN
  INSERT INTO movement (
    warehouse_id, owner_id, item_id, lot_id, qty, from_place, from_status, to_place, to_status,
    reason, person_id, command
  )
  SELECT
    p_from.warehouse_id,
    lo.owner_id,
    p_item,
    p_lot,
    p_qty,
    p_from.id,
    'good',
    p_to.id,
    coalesce(re.stock_status, 'good'),
    re.code,
    (SELECT id FROM person WHERE role = 'system'),
    p_command
  FROM lot lo, reason re
  WHERE lo.id = p_lot AND lo.item_id = p_item AND re.code = p_reason
  RETURNING id
  INTO m;
  INSERT INTO counter_sale(movement_id, order_line_id) VALUES (m, p_line);
END $$;

-- Books what up to so many orders of one counter say that has left, or has come back, and is not
-- booked yet; returns how many orders these were. What was sold and is not on the books of that bin
-- comes out of adjustment, and the bin is to be counted.
CREATE FUNCTION book_counter(p_most bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  cmd uuid := gen_random_uuid();
  ids bigint[];
  items bigint[];
  counter place;
  customer place;
  adjustment place;
  l record;
  s record;
  rest bigint;
  take bigint;
BEGIN
  SELECT array_agg(id)
  INTO ids
  FROM (
    SELECT id
    FROM orders
    WHERE unbooked AND shop_id = (SELECT min(shop_id) FROM orders WHERE unbooked)
    ORDER BY id
    LIMIT p_most
    FOR UPDATE SKIP LOCKED
  ) k;
  IF ids IS NULL THEN RETURN 0; END IF;
  SELECT pl.*
  INTO counter
  FROM orders o
  JOIN shop sp ON sp.id = o.shop_id
  JOIN place pl ON pl.id = sp.counter_id
  WHERE o.id = ids[1];
  SELECT pl.*
  INTO customer
  FROM place pl
  WHERE warehouse_id = counter.warehouse_id AND kind = 'virtual' AND code = 'CUSTOMER';
  SELECT pl.*
  INTO adjustment
  FROM place pl
  WHERE warehouse_id = counter.warehouse_id AND kind = 'virtual' AND code = 'ADJUSTMENT';
  SELECT coalesce(array_agg(DISTINCT k.item_id), '{}')
  INTO items
  FROM (
    SELECT item_id
    FROM order_line
    WHERE order_id = ANY (ids)
    UNION
    SELECT cd.item_id
    FROM order_line ol
    JOIN counter_sold cd ON cd.order_line_id = ol.id
    WHERE ol.order_id = ANY (ids)
  ) k
  WHERE k.item_id IS NOT NULL;
  PERFORM lock_promise_gates(counter.warehouse_id, items);
  INSERT INTO exception (reason, subject, order_id, shop_id, detail)
  SELECT 'unknown_item', o.order_no, o.id, o.shop_id, string_agg(ol.sku, ', ' ORDER BY ol.id)
  FROM orders o
  JOIN order_line ol ON ol.order_id = o.id
  WHERE o.id = ANY (ids)
    AND o.status NOT IN ('cancelled', 'refunded')
    AND NOT ol.cancelled
    AND ol.item_id IS NULL
  GROUP BY o.id
  ON CONFLICT DO NOTHING;
  FOR l IN
    SELECT
      ol.id,
      ol.item_id,
      CASE
        WHEN ol.cancelled OR o.status IN ('cancelled', 'refunded') THEN 0
        ELSE ol.elsewhere
      END AS wanted
    FROM order_line ol
    JOIN orders o ON o.id = ol.order_id
    WHERE o.id = ANY (ids)
    ORDER BY ol.item_id, ol.id
  LOOP
    rest := l.wanted - coalesce(
      (
        SELECT sum(qty)
        FROM counter_sold
        WHERE order_line_id = l.id AND item_id = l.item_id
      ),
      0
    );
    -- What is more than was bought comes back, and all of what the line was taken for before.
    FOR s IN
      SELECT *
      FROM counter_sold
      WHERE order_line_id = l.id AND qty > 0
      ORDER BY last DESC
    LOOP
      take := CASE
        WHEN s.item_id IS DISTINCT FROM l.item_id THEN s.qty
        ELSE least(s.qty, -rest)
      END;
      CONTINUE WHEN take <= 0;
      PERFORM book_at_counter(
        l.id, s.item_id, s.lot_id, take, customer, counter, 'counter_back', cmd
      );
      PERFORM raise_goods_exception(
        counter.warehouse_id, 'counter_back', counter.id, s.item_id, s.lot_id, take
      );
      IF s.item_id = l.item_id THEN rest := rest + take; END IF;
    END LOOP;
    CONTINUE WHEN rest <= 0 OR l.item_id IS NULL;
    FOR s IN
      SELECT sk.lot_id, sk.on_hand - sk.reserved AS free
      FROM stock sk
      JOIN lot ON lot.id = sk.lot_id
      WHERE sk.place_id = counter.id
        AND sk.item_id = l.item_id
        AND sk.status = 'good'
        AND sk.on_hand > sk.reserved
      ORDER BY lot.last_good_day, sk.lot_id
    LOOP
      EXIT WHEN rest = 0;
      take := least(rest, s.free);
      PERFORM book_at_counter(
        l.id, l.item_id, s.lot_id, take, counter, customer, 'counter_sale', cmd
      );
      rest := rest - take;
    END LOOP;
    CONTINUE WHEN rest = 0;
    INSERT INTO lot (owner_id, item_id)
    SELECT owner_id, id
    FROM item
    WHERE id = l.item_id AND NOT EXISTS (SELECT 1 FROM lot WHERE item_id = l.item_id)
    ON CONFLICT DO NOTHING;
    PERFORM book_at_counter(
      l.id,
      l.item_id,
      (SELECT max(id) FROM lot WHERE item_id = l.item_id),
      rest,
      adjustment,
      customer,
      'counter_sale',
      cmd
    );
    PERFORM raise_goods_exception(
      counter.warehouse_id, 'counter_short', counter.id, l.item_id, NULL, rest
    );
  END LOOP;
  UPDATE orders
  SET unbooked = false
  WHERE id = ANY (ids);
  PERFORM break_promises(counter.warehouse_id, items);
  RETURN cardinality(ids);
END $$;
