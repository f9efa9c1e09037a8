-- $1 warehouse, $2 place, $3 place_id, $4 item_id, $5 lot_id
INSERT INTO exception (warehouse_id, reason, subject, place_id, item_id, lot_id)
VALUES ($1, 'found', $2, $3, $4, $5)
ON CONFLICT
DO NOTHING
