-- The views that people keep of what a desk looks through.

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

-- The newest movements of a place, an item, a lot or a shipment, each found by an index of its own.
-- One statement for all of them would be thought about for longer than it runs.
CREATE FUNCTION moves_of(p_warehouse bigint, p_kind text, p_id bigint, p_most bigint)
RETURNS SETOF bigint LANGUAGE plpgsql STABLE ROWS 60 AS $$
BEGIN
  CASE p_kind
    WHEN 'place' THEN
      RETURN QUERY
        (SELECT m.id FROM movement m WHERE m.from_place = p_id ORDER BY m.id DESC LIMIT p_most)
        UNION
        (SELECT m.id FROM movement m WHERE m.to_place = p_id ORDER BY m.id DESC LIMIT p_most);
    WHEN 'item' THEN
      RETURN QUERY
        SELECT m.id
        FROM movement m
        WHERE m.warehouse_id = p_warehouse AND m.item_id = p_id
        ORDER BY m.id DESC
        LIMIT p_most;
    WHEN 'lot' THEN
      RETURN QUERY
        SELECT m.id
        FROM movement m
        WHERE m.warehouse_id = p_warehouse AND m.lot_id = p_id
        ORDER BY m.id DESC
        LIMIT p_most;
    WHEN 'shipment' THEN
      RETURN QUERY
        SELECT m.id
        FROM shipment_line sl
        JOIN promise p ON p.shipment_line_id = sl.id
        JOIN reservation r ON r.promise_id = p.id
        JOIN movement m ON m.reservation_id = r.id
        WHERE sl.shipment_id = p_id;
  END CASE;
END $$;
