-- $1 most
SELECT s.warehouse_id AS "warehouse", s.id AS "shipment"
FROM exception e
JOIN shipment s ON s.id = e.shipment_id
WHERE e.reason = 'not_found'
  AND e.done_at IS NULL
  AND s.state IN ('released', 'picking', 'picked', 'packing')
  AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = s.id)
  -- Not out of a packer's hands.
  AND NOT EXISTS (
    SELECT 1
    FROM in_hand ih
    WHERE ih.packed_shipment_id = s.id AND ih.signed_on
  )
  AND e.qty <= (
    SELECT coalesce(sum(se.free), 0)
    FROM sellable se
    WHERE se.warehouse_id = s.warehouse_id AND se.item_id = e.item_id AND se.pickable
  ) - (
    SELECT coalesce(sum(p.open), 0)
    FROM promise p
    WHERE p.warehouse_id = s.warehouse_id
      AND p.item_id = e.item_id
      AND p.ended_at IS NULL
      AND p.open > 0
  )
GROUP BY s.id
  -- Whoever cannot be served all the same must not stand before the others for ever.
ORDER BY s.priority DESC, random()
LIMIT $1
