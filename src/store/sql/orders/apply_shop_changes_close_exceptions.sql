-- $1 orders, $2 same, $3 shipment
UPDATE exception e
SET done_at = now()
FROM shipment_line sl
JOIN share sh ON sh.shipment_line_id = sl.id
JOIN order_line ol ON ol.id = sh.order_line_id
WHERE $2
  AND ol.order_id = ANY ($1)
  AND e.shipment_id = sl.shipment_id
  AND e.reason = 'changed_late'
  AND e.done_at IS NULL
  AND sl.shipment_id <> $3
