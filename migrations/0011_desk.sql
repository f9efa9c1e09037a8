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
