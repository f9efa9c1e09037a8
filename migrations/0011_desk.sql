-- What a desk looks through: lists as rows of cells, and the views that people keep of them.

-- Numbers sort as numbers.
CREATE FUNCTION sort_key(p_cell text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN p_cell ~ '^[0-9]{1,18}$' THEN lpad(p_cell, 18, '0') ELSE p_cell END
$$;

-- A list: cells by column (`@key` is a sentence, en and zh of a name are parted by US), and what a
-- row opens. `most` bounds what is read where the order is the list's own; null reads all of it.
CREATE FUNCTION desk_rows(p_warehouse bigint, p_list text, p_which text, p_most bigint)
RETURNS TABLE (cells text[], kind text, id bigint) LANGUAGE plpgsql STABLE AS $$
DECLARE
  zone text;
BEGIN
  SELECT tz
  INTO zone
  FROM warehouse
  WHERE warehouse.id = p_warehouse;
  IF p_list = 'stage' THEN
    RETURN QUERY
      SELECT
        ARRAY[
          sg.shipment_no,
          ca.code,
          to_char(sg.cutoff_at AT TIME ZONE zone, 'MM-DD HH24:MI'),
          (
            SELECT sum(sl.qty)::text
            FROM shipment_line sl
            WHERE sl.shipment_id = sg.id
          ),
          CASE WHEN sg.priority > 0 THEN '+' || sg.priority ELSE '' END,
          sg.why
        ],
        'shipment',
        sg.id
      FROM shipment_stage sg
      JOIN carrier ca ON ca.id = sg.carrier_id
      WHERE sg.warehouse_id = p_warehouse AND sg.stage = p_which
      ORDER BY sg.priority DESC, sg.cutoff_at, sg.id
      LIMIT p_most;
  ELSIF p_list = 'cases' THEN
    RETURN QUERY
      SELECT
        ARRAY[
          e.subject,
          coalesce(i.name_en || chr(31) || i.name_zh || chr(31) || i.variant, e.detail),
          coalesce(e.qty::text, ''),
          to_char(e.since AT TIME ZONE zone, 'MM-DD HH24:MI')
        ],
        CASE
          WHEN e.shipment_id IS NOT NULL THEN 'shipment'
          WHEN e.place_id IS NOT NULL THEN 'place'
          WHEN e.order_id IS NOT NULL THEN 'order'
        END,
        coalesce(e.shipment_id, e.place_id, e.order_id)
      FROM exception e
      LEFT JOIN item i ON i.id = e.item_id
      WHERE e.done_at IS NULL
        AND e.reason = p_which
        AND (e.warehouse_id = p_warehouse OR e.warehouse_id IS NULL)
      ORDER BY e.id
      LIMIT p_most;
  ELSIF p_list = 'holds' THEN
    RETURN QUERY
      SELECT
        ARRAY[
          hd.hold_no,
          '@kind-' || hd.subject,
          hold_subject(hd),
          hold_said(hd.reason),
          hd.note,
          hd.by,
          to_char(hd.since AT TIME ZONE zone, 'MM-DD HH24:MI')
        ],
        'hold',
        hd.id
      FROM hold hd
      WHERE hd.lifted_at IS NULL
      ORDER BY hd.id DESC
      LIMIT p_most;
  ELSIF p_list = 'trips' THEN
    RETURN QUERY
      SELECT
        ARRAY[
          t.trip_no,
          '@trip-' || t.kind,
          coalesce(pe.name, ''),
          (
            SELECT count(*)::text
            FROM stop st
            WHERE st.trip_id = t.id
              AND EXISTS (
                SELECT 1
                FROM reservation r
                WHERE r.stop_id = st.id AND r.ended_at IS NULL
              )
          ),
          CASE
            WHEN isfinite(t.due_at) THEN to_char(t.due_at AT TIME ZONE zone, 'MM-DD HH24:MI')
            ELSE ''
          END
        ],
        'trip',
        t.id
      FROM trip t
      LEFT JOIN person pe ON pe.id = t.person_id
      WHERE t.warehouse_id = p_warehouse AND t.state = p_which
      ORDER BY t.priority DESC, t.due_at, t.id
      LIMIT p_most;
  ELSIF p_list = 'waves' THEN
    RETURN QUERY
      SELECT
        ARRAY[
          wv.wave_no,
          to_char(wv.released_at AT TIME ZONE zone, 'MM-DD HH24:MI'),
          (SELECT count(*)::text FROM shipment s WHERE s.wave_id = wv.id),
          wv.short_units::text,
          (
            SELECT count(*)::text
            FROM trip t
            WHERE t.wave_id = wv.id AND t.state IN ('open', 'claimed')
          )
        ],
        'wave',
        wv.id
      FROM wave wv
      WHERE wv.warehouse_id = p_warehouse AND wv.state = p_which
      ORDER BY wv.id DESC
      LIMIT p_most;
  END IF;
END $$;

-- A view of a list (its filter, order and columns), or of the shipments that are ready, under a
-- name. It is everybody's.
CREATE TABLE saved_view (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  list       text NOT NULL,
  name       text NOT NULL CHECK (name <> ''),
  view       json NOT NULL,
  saved_by   bigint NOT NULL REFERENCES person,
  saved_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT saved_view_once UNIQUE (list, name)
);
