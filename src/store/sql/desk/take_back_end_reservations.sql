-- $1 ships
UPDATE reservation r
SET qty = 0, ended_at = now()
FROM shipment_line sl
JOIN promise p ON p.shipment_line_id = sl.id
WHERE sl.shipment_id = ANY ($1) AND r.promise_id = p.id AND r.ended_at IS NULL
