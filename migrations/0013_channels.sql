-- How it goes with each shop, what it said, and what it is told of the stock.

-- Words that shops signed: each wakes a pull once.
CREATE TABLE hook (
  shop_id bigint NOT NULL REFERENCES shop,
  word    text NOT NULL,
  at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (shop_id, word)
);

-- Files of orders that were taken in, by what they hold: an old one that comes again must not undo
-- what came since.
CREATE TABLE file_taken (
  shop_id bigint NOT NULL REFERENCES shop,
  digest  text NOT NULL,
  at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (shop_id, digest)
);

-- Orders that came and errors by class, by the minute.
CREATE TABLE shop_minute (
  shop_id bigint NOT NULL REFERENCES shop,
  minute  timestamptz NOT NULL,
  what    text NOT NULL,
  n       bigint NOT NULL,
  PRIMARY KEY (shop_id, minute, what)
);

-- An order as it came, each time that it was new or had changed.
CREATE TABLE order_version (
  order_id    bigint NOT NULL REFERENCES orders,
  at          timestamptz NOT NULL DEFAULT now(),
  modified_at timestamptz NOT NULL,
  status      text NOT NULL,
  -- Null once it is old: buyers' data is not kept for ever.
  payload     json
);
CREATE INDEX order_version_by_order ON order_version (order_id, at);
CREATE INDEX order_version_to_erase ON order_version (at) WHERE payload IS NOT NULL;

-- Everything that happened with an order, whoever did it.
CREATE FUNCTION timeline(p_order bigint)
RETURNS TABLE (at timestamptz, what text, said text, who text, payload json)
LANGUAGE sql STABLE AS $$
  WITH ship AS MATERIALIZED (
    SELECT DISTINCT sl.shipment_id AS id
    FROM order_line ol
    JOIN share sh ON sh.order_line_id = ol.id
    JOIN shipment_line sl ON sl.id = sh.shipment_line_id
    WHERE ol.order_id = p_order
  )
  SELECT
    ov.at,
    CASE WHEN row_number() OVER (ORDER BY ov.at) = 1 THEN 'pulled' ELSE 'changed' END,
    ov.status,
    sp.code,
    ov.payload
  FROM order_version ov
  JOIN orders o ON o.id = ov.order_id
  JOIN shop sp ON sp.id = o.shop_id
  WHERE ov.order_id = p_order
  UNION ALL
  SELECT
    m.at,
    'moved',
    m.qty || ' × ' || i.sku || ' ' || pl.code || ' > ' || dst.code,
    pe.name,
    NULL
  FROM ship
  JOIN shipment_line sl ON sl.shipment_id = ship.id
  JOIN promise p ON p.shipment_line_id = sl.id
  JOIN reservation r ON r.promise_id = p.id
  JOIN movement m ON m.reservation_id = r.id
  JOIN item i ON i.id = m.item_id
  JOIN place pl ON pl.id = m.from_place
  JOIN place dst ON dst.id = m.to_place
  JOIN person pe ON pe.id = m.person_id
  UNION ALL
  SELECT
    m.at,
    'moved',
    m.qty || ' × ' || i.sku || ' ' || pl.code || ' > ' || dst.code,
    pe.name,
    NULL
  FROM order_line ol
  JOIN counter_sale cs ON cs.order_line_id = ol.id
  JOIN movement m ON m.id = cs.movement_id
  JOIN item i ON i.id = m.item_id
  JOIN place pl ON pl.id = m.from_place
  JOIN place dst ON dst.id = m.to_place
  JOIN person pe ON pe.id = m.person_id
  WHERE ol.order_id = p_order
  UNION ALL
  SELECT pj.done_at, 'printed', pc.sscc, pr.code, NULL
  FROM ship
  JOIN parcel pc ON pc.shipment_id = ship.id
  JOIN label la ON la.parcel_id = pc.place_id
  JOIN print_job pj ON pj.label_id = la.id AND pj.done_at IS NOT NULL
  JOIN printer pr ON pr.id = pj.printer_id
  UNION ALL
  SELECT
    ob.told_at,
    CASE ob.state WHEN 'sent' THEN 'told' WHEN 'refused' THEN 'refused' ELSE 'to_tell' END,
    coalesce(nullif(ob.last_error, ''), ob.body ->> 'waybill'),
    sp.code,
    ob.body
  FROM outbox ob
  JOIN orders o ON o.id = p_order AND ob.order_no = o.order_no AND ob.shop_id = o.shop_id
  JOIN shop sp ON sp.id = ob.shop_id
  UNION ALL
  SELECT
    e.since,
    'case',
    e.reason || CASE WHEN e.detail <> '' THEN ': ' || e.detail ELSE '' END,
    coalesce(pe.name, ''),
    NULL
  FROM exception e
  LEFT JOIN person pe ON pe.id = e.done_by
  WHERE e.id IN (
    SELECT of_order_e.id
    FROM exception of_order_e
    WHERE of_order_e.order_id = p_order
    UNION
    SELECT of_ship_e.id
    FROM ship
    JOIN exception of_ship_e ON of_ship_e.shipment_id = ship.id
  )
$$;

-- `{code, sku, owner, reference, share_pct, safety, cap}`: what a shop calls an item, and how much
-- of it the shop may show.
CREATE FUNCTION import_listing(p_row jsonb, p_shop bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  o bigint := owner_of(coalesce(p_row ->> 'owner', ''));
  i bigint;
  outcome text;
BEGIN
  IF o IS NULL THEN RETURN 'unknown_owner'; END IF;
  SELECT id
  INTO i
  FROM item
  WHERE owner_id = o AND upper(sku) = upper(p_row ->> 'sku');
  IF i IS NULL THEN RETURN 'unknown_item'; END IF;
  INSERT INTO listing AS li (shop_id, code, item_id, reference, share_pct, safety, cap)
  VALUES (
    p_shop,
    upper(p_row ->> 'code'),
    i,
    coalesce(p_row ->> 'reference', ''),
    (p_row ->> 'share_pct')::int,
    (p_row ->> 'safety')::bigint,
    (p_row ->> 'cap')::bigint
  )
  ON CONFLICT (shop_id, code)
  DO UPDATE SET
    item_id = excluded.item_id,
    reference = coalesce(nullif(excluded.reference, ''), li.reference),
    share_pct = coalesce(excluded.share_pct, li.share_pct),
    safety = coalesce(excluded.safety, li.safety),
    cap = coalesce(excluded.cap, li.cap),
    sent = CASE WHEN li.item_id = excluded.item_id THEN li.sent END,
    refused = NULL
  WHERE (
    li.item_id, li.reference, coalesce(li.share_pct, -1), coalesce(li.safety, -1),
    coalesce(li.cap, -1)
  ) IS DISTINCT FROM (
    excluded.item_id,
    coalesce(nullif(excluded.reference, ''), li.reference),
    coalesce(excluded.share_pct, li.share_pct, -1),
    coalesce(excluded.safety, li.safety, -1),
    coalesce(excluded.cap, li.cap, -1)
  )
  RETURNING CASE WHEN xmax = 0 THEN 'created' ELSE 'updated' END
  INTO outcome;
  RETURN coalesce(outcome, 'unchanged');
END $$;

-- What this shop may show of each of its items now. Of what can still be promised long enough for
-- the shop's buyers: nothing once no more than `low_at` is left (the rest is for the others), else
-- its share of what is above the safety stock, capped.
CREATE FUNCTION stock_to_publish(p_shop bigint)
RETURNS TABLE (code text, reference text, item_id bigint, qty bigint) LANGUAGE sql STABLE AS $$
  WITH mine AS MATERIALIZED (
    SELECT
      li.code,
      li.reference,
      li.item_id,
      coalesce(li.share_pct, sp.share_pct) AS share_pct,
      coalesce(li.safety, sp.safety) AS safety,
      coalesce(li.cap, sp.cap) AS cap,
      sp.low_at
    FROM listing li
    JOIN shop sp ON sp.id = li.shop_id
    WHERE li.shop_id = p_shop
  ), reach AS MATERIALIZED (
    -- Nobody knows yet where it goes: as far as the slowest carrier's farthest region.
    SELECT
      w.warehouse_id,
      today(w.warehouse_id) AS today,
      coalesce(
        max(
          delivery_day(sv.id, dispatch_day(w.warehouse_id, sv.id), transit_days_to(sv.id, '{}'))
        ),
        today(w.warehouse_id)
      ) AS delivery
    -- The warehouses that send wherever nothing else is said.
    FROM route_warehouses((route_to(p_shop, '{}')).id) w
    LEFT JOIN carrier_service sv ON sv.standard
    GROUP BY w.warehouse_id
  ), life AS MATERIALIZED (
    -- Items whose goods must last alike have the same day: it is asked for one of them.
    SELECT
      k.*,
      r.warehouse_id,
      last_day_needed(
        k.one,
        r.today,
        r.delivery,
        greatest(k.min_life_days, sp.min_life_days),
        greatest(k.min_life_pct, sp.min_life_pct)
      ) AS until
    FROM (
      SELECT
        i.min_life_days, i.min_life_pct, i.stop_sale_days, i.shelf_life, i.shelf_life_unit,
        min(i.id) AS one
      FROM mine m
      JOIN item i ON i.id = m.item_id
      GROUP BY 1, 2, 3, 4, 5
    ) k
    CROSS JOIN reach r
    JOIN shop sp ON sp.id = p_shop
  ), day AS MATERIALIZED (
    SELECT DISTINCT l.warehouse_id, i.id AS item_id, l.until
    FROM mine m
    JOIN item i ON i.id = m.item_id
    JOIN life l
      ON l.min_life_days = i.min_life_days
        AND l.min_life_pct = i.min_life_pct
        AND l.stop_sale_days = i.stop_sale_days
        AND l.shelf_life IS NOT DISTINCT FROM i.shelf_life
        AND l.shelf_life_unit IS NOT DISTINCT FROM i.shelf_life_unit
  ), owed AS MATERIALIZED (
    SELECT k.warehouse_id, k.item_id, needed_day(n) AS until, sum(k.qty) AS qty
    FROM (
      SELECT p.warehouse_id, p.item_id, p.need_id, sum(p.open) AS qty
      FROM promise p
      JOIN (SELECT DISTINCT warehouse_id, item_id FROM day) d
        ON d.warehouse_id = p.warehouse_id
          AND d.item_id = p.item_id
      WHERE p.ended_at IS NULL AND p.open > 0
      GROUP BY 1, 2, 3
    ) k
    JOIN need n ON n.id = k.need_id
    GROUP BY 1, 2, 3
  ), lots AS MATERIALIZED (
    SELECT se.warehouse_id, se.item_id, se.last_good_day, sum(se.free) AS qty
    FROM sellable se
    JOIN day d ON d.warehouse_id = se.warehouse_id AND d.item_id = se.item_id
    GROUP BY 1, 2, 3
  ), point AS (
    -- What is promised for fewer days takes from the same goods.
    SELECT warehouse_id, item_id, until
    FROM day
    UNION
    SELECT o.warehouse_id, o.item_id, o.until
    FROM owed o
    JOIN day d ON d.warehouse_id = o.warehouse_id AND d.item_id = o.item_id AND o.until < d.until
  ), free AS (
    SELECT p.warehouse_id, p.item_id, p.until, coalesce(sum(l.qty), 0) AS qty
    FROM point p
    LEFT JOIN lots l
      ON l.warehouse_id = p.warehouse_id
        AND l.item_id = p.item_id
        AND l.last_good_day >= p.until
    GROUP BY 1, 2, 3
  ), room AS (
    SELECT f.warehouse_id, f.item_id, f.qty - coalesce(sum(o.qty), 0) AS qty
    FROM free f
    LEFT JOIN owed o
      ON o.warehouse_id = f.warehouse_id
        AND o.item_id = f.item_id
        AND o.until >= f.until
    GROUP BY f.warehouse_id, f.item_id, f.until, f.qty
  ), had AS (
    SELECT k.item_id, sum(k.qty) AS qty
    FROM (
      SELECT warehouse_id, item_id, greatest(min(qty), 0) AS qty
      FROM room
      GROUP BY 1, 2
    ) k
    GROUP BY 1
  )
  SELECT
    m.code,
    m.reference,
    m.item_id,
    CASE
      WHEN h.qty <= m.low_at THEN 0
      ELSE least(
        greatest(floor((h.qty - m.safety) * m.share_pct / 100), 0),
        coalesce(m.cap, 9000000)
      )
    END::bigint
  FROM mine m
  JOIN had h ON h.item_id = m.item_id
$$;

-- How it goes with each shop now.
CREATE VIEW shop_health AS
SELECT
  sp.id,
  sp.code,
  sp.channel,
  CASE
    WHEN coalesce(tok.errors, 0) > 0 OR j.errors > 2 OR push.errors > 2 OR x.attempts > 2
      THEN 'trouble'
    WHEN j.errors > 0 OR push.errors > 0 THEN 'waiting'
    WHEN j.last_success_at IS NULL THEN 'new'
    ELSE 'ok'
  END AS state,
  j.last_success_at,
  j.high_water_mark,
  extract(epoch FROM now() - j.high_water_mark)::bigint AS lag_s,
  (
    SELECT coalesce(sum(sm.n), 0)::bigint
    FROM shop_minute sm
    WHERE sm.shop_id = sp.id
      AND sm.what = 'orders'
      AND sm.minute >= date_trunc('minute', now()) - interval '5 minutes'
  ) / 5 AS orders_per_min,
  j.errors,
  (
    SELECT coalesce(string_agg(k.what || '=' || k.n, ' ' ORDER BY k.what), '')
    FROM (
      SELECT sm.what, sum(sm.n) AS n
      FROM shop_minute sm
      WHERE sm.shop_id = sp.id AND sm.what <> 'orders' AND sm.minute > now() - interval '1 hour'
      GROUP BY 1
    ) k
  ) AS errors_by_class,
  tok.ends_at AS token_ends_at,
  x.waiting AS outbox_waiting,
  (
    SELECT count(*)
    FROM listing li
    WHERE li.shop_id = sp.id AND li.sent IS NULL AND li.refused IS NULL AND sp.pushes
  ) AS pushes_waiting,
  (
    SELECT string_agg(said, ' ')
    FROM unnest(
      ARRAY[
        nullif(j.last_error, ''), nullif(push.last_error, ''), nullif(x.last_error, ''),
        nullif(tok.last_error, '')
      ]
    ) AS said
    WHERE said IS NOT NULL
  ) AS last_error
FROM shop sp
LEFT JOIN job j ON j.shop_id = sp.id AND j.kind = 'pull'
LEFT JOIN job push ON push.shop_id = sp.id AND push.kind = 'push'
LEFT JOIN shop_token tok ON tok.shop_id = sp.id
CROSS JOIN LATERAL (
  SELECT
    count(*) AS waiting,
    max(ob.attempts) AS attempts,
    (array_agg(ob.last_error ORDER BY ob.attempts DESC, ob.id))[1] AS last_error
  FROM outbox ob
  WHERE ob.shop_id = sp.id AND ob.state = 'waiting'
) x
WHERE sp.channel <> 'file';
