-- $1 most
SELECT s.warehouse_id, s.id
FROM exception e
JOIN shipment s ON s.id = e.shipment_id
WHERE e.reason = 'not_found'
  AND e.done_at IS NULL
  AND s.state IN ('released', 'picking', 'picked', 'packing')
  AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = s.id)
  AND EXISTS (
    SELECT 1
    FROM sellable se
    WHERE se.warehouse_id = s.warehouse_id
      AND se.item_id = e.item_id
      AND se.pickable
      AND se.free > 0
  )
GROUP BY s.id
ORDER BY s.priority DESC, s.cutoff_at, s.id
LIMIT $1
