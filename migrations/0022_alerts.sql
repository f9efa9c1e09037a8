-- What shall be told by itself, and what of it is the case now. Rules are the site's; a worker
-- looks every few seconds. What is the case is told once, until it is over and comes again: on the
-- deck, on a named person's next screen, and to an address that is called.

CREATE TABLE alert_rule (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind         text NOT NULL CONSTRAINT alert_kind
    CHECK (kind IN ('late', 'soon', 'idle', 'printer', 'shop', 'stock', 'case')),
  -- Minutes: since a cut-off, until one, without a scan, behind, open. Of stock units.
  than         bigint NOT NULL DEFAULT 0 CONSTRAINT alert_than CHECK (than BETWEEN 0 AND 1000000),
  item_id      bigint REFERENCES item,
  -- Null: everywhere.
  warehouse_id bigint REFERENCES warehouse,
  person_id    bigint REFERENCES person,
  -- Called with what is the case; empty: nobody.
  hook         text NOT NULL DEFAULT '',
  CONSTRAINT alert_item CHECK ((kind = 'stock') = (item_id IS NOT NULL))
);

CREATE TABLE alert (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rule_id      bigint NOT NULL REFERENCES alert_rule ON DELETE CASCADE,
  warehouse_id bigint REFERENCES warehouse,
  -- What it is about, as people name it, and what opens it.
  subject      text NOT NULL,
  opens        text NOT NULL,
  n            bigint NOT NULL,
  since        timestamptz NOT NULL DEFAULT now(),
  ended_at     timestamptz,
  -- When it is told to the hook next; null: it was, or nobody is.
  call_at      timestamptz,
  calls        int NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX alert_once ON alert (rule_id, subject, coalesce(warehouse_id, 0))
  WHERE ended_at IS NULL;
CREATE INDEX alert_to_call ON alert (call_at) WHERE call_at IS NOT NULL;
CREATE INDEX alert_ended ON alert (ended_at) WHERE ended_at IS NOT NULL;

-- What is the case now by the rules that there are.
CREATE FUNCTION alerts_now()
RETURNS TABLE (rule_id bigint, warehouse_id bigint, subject text, opens text, n bigint)
LANGUAGE sql STABLE AS $$
  SELECT
    ru.id,
    s.warehouse_id,
    ca.code || ' ' || k.day || ' ' || k.minute,
    '#stage:live/carrier=' || ca.code || ' cutoff=' || k.day || ' cutoff=' || k.minute,
    count(*)
  FROM alert_rule ru
  JOIN shipment s
    ON s.state NOT IN ('handed_over', 'cancelled')
      AND (ru.warehouse_id IS NULL OR ru.warehouse_id = s.warehouse_id)
      AND isfinite(s.cutoff_at)
      AND CASE ru.kind
        WHEN 'late' THEN s.cutoff_at < now() - make_interval(mins => ru.than::int)
        ELSE s.state <> 'packed'
          AND s.cutoff_at BETWEEN now() AND now() + make_interval(mins => ru.than::int)
      END
  JOIN carrier ca ON ca.id = s.carrier_id
  JOIN warehouse w ON w.id = s.warehouse_id
  CROSS JOIN LATERAL (
    SELECT
      to_char(s.cutoff_at AT TIME ZONE w.tz, 'MM-DD') AS day,
      to_char(s.cutoff_at AT TIME ZONE w.tz, 'HH24:MI') AS minute
  ) k
  WHERE ru.kind IN ('late', 'soon')
  GROUP BY ru.id, s.warehouse_id, ca.code, k.day, k.minute
  UNION ALL
  SELECT
    ru.id, pe.warehouse_id, pe.code, '#person:' || pe.id,
    (extract(epoch FROM now() - ih.updated_at) / 60)::bigint
  FROM alert_rule ru
  JOIN in_hand ih ON ih.signed_on AND ih.updated_at < now() - make_interval(mins => ru.than::int)
  JOIN person pe
    ON pe.id = ih.person_id
      AND pe.active
      AND (ru.warehouse_id IS NULL OR coalesce(pe.warehouse_id, ru.warehouse_id) = ru.warehouse_id)
  WHERE ru.kind = 'idle'
  UNION ALL
  SELECT ru.id, NULL, pr.code, '', 0
  FROM alert_rule ru
  JOIN printer pr ON pr.trouble IS NOT NULL
  WHERE ru.kind = 'printer'
  UNION ALL
  SELECT ru.id, NULL, hl.code, '#shop:' || hl.id, coalesce(hl.lag_s, 0) / 60
  FROM alert_rule ru
  JOIN shop_health hl ON hl.state = 'trouble' OR hl.lag_s > ru.than * 60
  WHERE ru.kind = 'shop'
  UNION ALL
  SELECT ru.id, w.id, i.sku, '#item:' || i.id, coalesce(k.free, 0)
  FROM alert_rule ru
  JOIN item i ON i.id = ru.item_id
  JOIN warehouse w ON ru.warehouse_id IS NULL OR ru.warehouse_id = w.id
  CROSS JOIN LATERAL (
    SELECT sum(se.free)::bigint AS free
    FROM sellable se
    WHERE se.warehouse_id = w.id AND se.item_id = i.id
  ) k
  WHERE ru.kind = 'stock' AND coalesce(k.free, 0) < ru.than
  UNION ALL
  SELECT ru.id, e.warehouse_id, e.reason, '#cases:' || e.reason, count(*)
  FROM alert_rule ru
  JOIN exception e
    ON e.done_at IS NULL
      AND e.since < now() - make_interval(mins => ru.than::int)
      AND (ru.warehouse_id IS NULL OR e.warehouse_id IS NULL OR e.warehouse_id = ru.warehouse_id)
  WHERE ru.kind = 'case'
  GROUP BY ru.id, e.warehouse_id, e.reason
$$;

-- Writes down what is the case and what is over; who is to be told is told of what is new. Returns
-- how many that are.
CREATE FUNCTION look_for_alerts() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  fresh bigint;
BEGIN
  WITH found AS MATERIALIZED (SELECT * FROM alerts_now()),
  over AS (
    UPDATE alert al
    SET ended_at = now(), call_at = NULL
    WHERE al.ended_at IS NULL
      AND NOT EXISTS (
        SELECT 1
        FROM found f
        WHERE f.rule_id = al.rule_id
          AND f.subject = al.subject
          AND f.warehouse_id IS NOT DISTINCT FROM al.warehouse_id
      )
  ), more AS (
    INSERT INTO alert (rule_id, warehouse_id, subject, opens, n, call_at)
    SELECT
      f.rule_id, f.warehouse_id, f.subject, f.opens, f.n, CASE WHEN ru.hook <> '' THEN now() END
    FROM found f
    JOIN alert_rule ru ON ru.id = f.rule_id
    ON CONFLICT (rule_id, subject, coalesce(warehouse_id, 0)) WHERE ended_at IS NULL
    DO UPDATE SET n = excluded.n
    WHERE alert.n <> excluded.n
    RETURNING alert.*, xmax = 0 AS is_new
  ), told AS (
    INSERT INTO notice (person_id, text)
    SELECT
      ru.person_id,
      json_build_object(
        'key', 'alert-' || ru.kind,
        'args', json_build_object(
          'subject', CASE ru.kind
            WHEN 'case' THEN json_build_object(
              'message', json_build_object(
                'key', 'reason-' || replace(m.subject, '_', '-'), 'args', '{}'::json
              )
            )
            ELSE json_build_object('plain', m.subject)
          END,
          'n', json_build_object('count', m.n)
        )
      )
    FROM more m
    JOIN alert_rule ru ON ru.id = m.rule_id AND ru.person_id IS NOT NULL
    WHERE m.is_new
  )
  SELECT count(*) INTO fresh FROM more WHERE is_new;
  RETURN fresh;
END $$;

-- What is the case in a warehouse, for its deck, the newest first.
CREATE FUNCTION alerts_on(p_warehouse bigint) RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT coalesce(jsonb_agg(to_jsonb(k) ORDER BY k.since DESC), '[]')
  FROM (
    SELECT ru.kind, al.subject, al.n, al.opens, unix_s(al.since) AS since
    FROM alert al
    JOIN alert_rule ru ON ru.id = al.rule_id
    WHERE al.ended_at IS NULL AND (al.warehouse_id IS NULL OR al.warehouse_id = p_warehouse)
    ORDER BY al.since DESC, al.id DESC
    LIMIT 50
  ) k
$$;
