-- $1 warehouse, $2 person, $3 session, $4 version, $5 command, $6 at, $7 trip, $8 id, $9
-- reservation_id, $10 shipment_id, $11 tote, $12 qty, $13 next_reservation, $14 next_qty, $15 next
SELECT tote, known
FROM pick_put($1, $2, $3, $4, $5, $6::text::timestamptz, $7, $8, $9, $10, $11, $12, $13, $14, $15)
