-- Holds: what must not move, why, who said so and since when. Several stand at once, each is lifted
-- by itself. Live holds on goods are counted on what they are about, so that who looks for goods
-- need not look here; those on what is to be sent are few, and whoever sends looks here.

CREATE TABLE hold (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hold_no    text NOT NULL CONSTRAINT hold_no_once UNIQUE,
  subject    text NOT NULL CONSTRAINT hold_subject
    CHECK (subject IN (
      'shipment','order','customer','lot','item','place','container','owner'
    )),
  subject_id bigint NOT NULL,
  reason     text NOT NULL CONSTRAINT hold_reason CHECK (reason <> ''),
  note       text NOT NULL DEFAULT '',
  by         text NOT NULL,
  since      timestamptz NOT NULL DEFAULT now(),
  lifted_at  timestamptz,
  lifted_by  text
);
CREATE SEQUENCE hold_number;
CREATE INDEX hold_live ON hold (subject, subject_id) WHERE lifted_at IS NULL;
CREATE INDEX hold_lifted ON hold (lifted_at) WHERE lifted_at IS NOT NULL;

-- So many holds more, or fewer, on what they are about: two people at once count right.
CREATE FUNCTION count_hold(p_hold hold, p_by int) RETURNS void LANGUAGE sql AS $$
  UPDATE lot SET holds = holds + p_by WHERE p_hold.subject = 'lot' AND id = p_hold.subject_id;
  UPDATE item SET holds = holds + p_by WHERE p_hold.subject = 'item' AND id = p_hold.subject_id;
  UPDATE owner SET holds = holds + p_by WHERE p_hold.subject = 'owner' AND id = p_hold.subject_id;
  UPDATE place
  SET holds = holds + p_by
  WHERE p_hold.subject IN ('place', 'container') AND id = p_hold.subject_id;
$$;
CREATE FUNCTION hold_added() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM count_hold(new, 1);
  RETURN NULL;
END $$;
CREATE TRIGGER hold_adds AFTER INSERT ON hold FOR EACH ROW EXECUTE FUNCTION hold_added();
CREATE FUNCTION hold_lifted() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM count_hold(new, -1);
  RETURN NULL;
END $$;
CREATE TRIGGER hold_lifts AFTER UPDATE ON hold FOR EACH ROW
  WHEN (old.lifted_at IS NULL AND new.lifted_at IS NOT NULL)
  EXECUTE FUNCTION hold_lifted();
-- A hold is lifted, never forgotten: who held what, and when, stays to be read.
CREATE FUNCTION hold_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a hold is lifted, and nothing else of it changes' USING ERRCODE = '23514',
    CONSTRAINT = 'hold_stays';
END $$;
CREATE TRIGGER hold_is_kept BEFORE UPDATE ON hold FOR EACH ROW
  WHEN (
    old.lifted_at IS NOT NULL
    OR (old.subject, old.subject_id, old.reason, old.note, old.by, old.since)
      IS DISTINCT FROM (new.subject, new.subject_id, new.reason, new.note, new.by, new.since)
  )
  EXECUTE FUNCTION hold_stays();
CREATE TRIGGER hold_is_not_deleted BEFORE DELETE ON hold FOR EACH STATEMENT
  EXECUTE FUNCTION hold_stays();

-- The live holds on shipments that are not over: on themselves, on an order in them, or on who
-- ordered.
CREATE VIEW shipment_hold AS
SELECT s.id AS shipment_id, hd.id, hd.hold_no, hd.subject, hd.reason, hd.note
FROM hold hd
JOIN shipment s
  ON s.state NOT IN ('handed_over', 'cancelled')
    AND s.id = hd.subject_id
WHERE hd.lifted_at IS NULL AND hd.subject = 'shipment'
UNION ALL
SELECT s.id, hd.id, hd.hold_no, hd.subject, hd.reason, hd.note
FROM hold hd
JOIN shipment s
  ON s.state NOT IN ('handed_over', 'cancelled')
    AND s.customer_id = hd.subject_id
WHERE hd.lifted_at IS NULL AND hd.subject = 'customer'
UNION ALL
SELECT DISTINCT s.id, hd.id, hd.hold_no, hd.subject, hd.reason, hd.note
FROM hold hd
JOIN order_line ol ON ol.order_id = hd.subject_id
JOIN share sh ON sh.order_line_id = ol.id
JOIN shipment_line sl ON sl.id = sh.shipment_line_id
JOIN shipment s ON s.id = sl.shipment_id AND s.state NOT IN ('handed_over', 'cancelled')
WHERE hd.lifted_at IS NULL AND hd.subject = 'order';

CREATE VIEW newest_shipment_hold AS
SELECT DISTINCT ON (sho.shipment_id) sho.*
FROM shipment_hold sho
ORDER BY sho.shipment_id, sho.id DESC;

-- Shipments that are not over, by where they stand; what somebody holds stands nowhere else.
CREATE VIEW shipment_stage AS
SELECT
  s.id, s.warehouse_id, s.shipment_no, s.shop_id, s.carrier_id, s.cutoff_at, s.ordered_at,
  s.priority,
  CASE WHEN nh.shipment_id IS NULL THEN s.state ELSE 'held' END AS stage, nh.reason AS held_for
FROM shipment s
LEFT JOIN newest_shipment_hold nh ON nh.shipment_id = s.id
WHERE s.state NOT IN ('handed_over', 'cancelled');

-- What a hold is about, by the name that people know it by.
CREATE FUNCTION hold_subject(p_hold hold) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE p_hold.subject
    WHEN 'shipment' THEN (SELECT shipment_no FROM shipment WHERE id = p_hold.subject_id)
    WHEN 'order' THEN (SELECT order_no FROM orders WHERE id = p_hold.subject_id)
    WHEN 'customer' THEN (SELECT code FROM customer WHERE id = p_hold.subject_id)
    WHEN 'lot' THEN (
      SELECT i.sku || '/' || lo.number
      FROM lot lo
      JOIN item i ON i.id = lo.item_id
      WHERE lo.id = p_hold.subject_id
    )
    WHEN 'item' THEN (SELECT sku FROM item WHERE id = p_hold.subject_id)
    WHEN 'owner' THEN (SELECT code FROM owner WHERE id = p_hold.subject_id)
    ELSE (SELECT code FROM place WHERE id = p_hold.subject_id)
  END
$$;

-- One hold more; returns its number. Nothing else happens here.
CREATE FUNCTION write_hold(p_subject text, p_subject_id bigint, p_reason text, p_note text,
  p_by text)
RETURNS text LANGUAGE sql AS $$
  INSERT INTO hold (hold_no, subject, subject_id, reason, note, by)
  VALUES (
    next_number('H', 'hold_number', 6), p_subject, p_subject_id, p_reason, p_note,
    p_by
  )
  RETURNING hold_no
$$;
