-- $1 reservations
UPDATE reservation r
SET qty = 0, ended_at = now()
FROM reservation was
WHERE was.id = r.id AND r.id = ANY ($1) AND r.ended_at IS NULL
RETURNING r.promise_id, r.owner_id, was.qty
