-- What a desk looks through: lists as rows of cells, and the views that people keep of them.

-- Numbers sort as numbers.
CREATE FUNCTION sort_key(cell text) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT CASE WHEN cell ~ '^[0-9]{1,18}$' THEN lpad(cell, 18, '0') ELSE cell END $$;

-- A list: cells by column (`@key` is a sentence, en and zh of a name are parted by US), and what a row opens. `most` bounds
-- what is read where the order is the list's own; null reads all of it.
CREATE FUNCTION desk_rows(w bigint, list text, which text, most bigint) RETURNS TABLE (cells text[], kind text, id bigint) LANGUAGE plpgsql STABLE AS $$
DECLARE zone text;
BEGIN
  SELECT tz INTO zone FROM warehouse WHERE warehouse.id = w;
  IF list = 'stage' THEN
    RETURN QUERY
    SELECT ARRAY[s.shipment_no, c.code, to_char(s.cutoff_at AT TIME ZONE zone, 'MM-DD HH24:MI'), (SELECT sum(l.qty)::text FROM shipment_line l WHERE l.shipment_id = s.id),
                 CASE WHEN s.priority > 0 THEN '+' || s.priority ELSE '' END, CASE WHEN s.reason = '' THEN '' ELSE '@why-' || s.reason END], 'shipment', s.id
    FROM shipment s JOIN carrier c ON c.id = s.carrier_id WHERE s.warehouse_id = w AND s.state = which ORDER BY s.priority DESC, s.cutoff_at, s.id LIMIT most;
  ELSIF list = 'cases' THEN
    RETURN QUERY
    SELECT ARRAY[e.subject, coalesce(i.name_en || chr(31) || i.name_zh || chr(31) || i.variant, e.said), coalesce(e.qty::text, ''), to_char(e.since AT TIME ZONE zone, 'MM-DD HH24:MI')],
           CASE WHEN e.shipment_id IS NOT NULL THEN 'shipment' WHEN e.place_id IS NOT NULL THEN 'place' WHEN e.order_id IS NOT NULL THEN 'order' END,
           coalesce(e.shipment_id, e.place_id, e.order_id)
    FROM exception e LEFT JOIN item i ON i.id = e.item_id
    WHERE e.done_at IS NULL AND e.reason = which AND (e.warehouse_id = w OR e.warehouse_id IS NULL) ORDER BY e.id LIMIT most;
  ELSIF list = 'trips' THEN
    RETURN QUERY
    SELECT ARRAY[t.trip_no, '@trip-' || t.kind, coalesce(p.name, ''), (SELECT count(*)::text FROM stop st WHERE st.trip_id = t.id AND EXISTS (
                   SELECT 1 FROM reservation r WHERE r.stop_id = st.id AND r.ended_at IS NULL)), CASE WHEN isfinite(t.due_at) THEN to_char(t.due_at AT TIME ZONE zone, 'MM-DD HH24:MI') ELSE '' END],
           'trip', t.id
    FROM trip t LEFT JOIN person p ON p.id = t.person_id WHERE t.warehouse_id = w AND t.state = which ORDER BY t.priority DESC, t.due_at, t.id LIMIT most;
  ELSIF list = 'waves' THEN
    RETURN QUERY
    SELECT ARRAY[v.wave_no, to_char(v.released_at AT TIME ZONE zone, 'MM-DD HH24:MI'), (SELECT count(*)::text FROM shipment s WHERE s.wave_id = v.id), v.short_units::text,
                 (SELECT count(*)::text FROM trip t WHERE t.wave_id = v.id AND t.state IN ('open', 'claimed'))], 'wave', v.id
    FROM wave v WHERE v.warehouse_id = w AND v.state = which ORDER BY v.id DESC LIMIT most;
  END IF;
END $$;

-- A view of a list (its filter, order and columns), or of the shipments that are ready, under a name. It is everybody's.
CREATE TABLE saved_view (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  list       text NOT NULL,
  name       text NOT NULL CHECK (name <> ''),
  view       json NOT NULL,
  saved_by   bigint NOT NULL REFERENCES person,
  saved_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT saved_view_once UNIQUE (list, name)
);
