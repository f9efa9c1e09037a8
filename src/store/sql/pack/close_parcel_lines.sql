-- $1 parcel
INSERT INTO parcel_line (parcel_id, order_line_id, qty)
SELECT r.place_id, p.order_line_id, sum(r.qty)
FROM reservation r
JOIN promise p ON p.id = r.promise_id
WHERE r.place_id = $1 AND r.ended_at IS NULL
GROUP BY 1, 2
