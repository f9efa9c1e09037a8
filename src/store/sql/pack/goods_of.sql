-- $1 reservation
SELECT s.shipment_no, i.sku, lo.number AS lot
FROM reservation r
JOIN promise p ON p.id = r.promise_id
JOIN shipment_line sl ON sl.id = p.shipment_line_id
JOIN shipment s ON s.id = sl.shipment_id
JOIN item i ON i.id = r.item_id
JOIN lot lo ON lo.id = r.lot_id
WHERE r.id = $1
