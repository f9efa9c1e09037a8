-- $1 list, $2 name, $3 view, $4 person
INSERT INTO saved_view (list, name, view, saved_by)
VALUES ($1, $2, $3, $4)
ON CONFLICT ON CONSTRAINT saved_view_once
DO UPDATE SET view = excluded.view, saved_by = excluded.saved_by, saved_at = now()
