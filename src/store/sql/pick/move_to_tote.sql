-- $1 at, $2 qty, $3 container, $4 person, $5 command, $6 reservations
WITH mine AS (
  SELECT *, sum(qty) OVER (ORDER BY id) AS hi
  FROM reservation
  WHERE id = ANY ($6) AND ended_at IS NULL
)
INSERT INTO movement (
  gesture_at, warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reservation_id,
  stop_id, reason, person_id, command
)
SELECT
  $1::text::timestamptz,
  warehouse_id,
  owner_id,
  item_id,
  lot_id,
  least(qty, $2::bigint - (hi - qty))::bigint,
  place_id,
  $3,
  id,
  stop_id,
  'pick',
  $4,
  $5
FROM mine
WHERE hi - qty < $2::bigint
ORDER BY id
RETURNING qty
