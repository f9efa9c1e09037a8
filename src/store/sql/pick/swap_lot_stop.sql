-- $1 trip, $2 place_id, $3 item_id, $4 to_lot, $5 id
INSERT INTO stop (trip_id, place_id, item_id, lot_id, skips, walk)
SELECT $1, $2, $3, $4, skips, walk
FROM stop
WHERE id = $5
ON CONFLICT ON CONSTRAINT stop_once
DO UPDATE SET skips = excluded.skips
RETURNING id
