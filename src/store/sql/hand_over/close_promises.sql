-- $1 parcels
UPDATE promise p
SET ended_at = now()
FROM shipment_line sl
JOIN shipment s ON s.id = sl.shipment_id
WHERE p.shipment_line_id = sl.id
  AND p.ended_at IS NULL
  AND p.shipped = p.qty
  AND s.state = 'handed_over'
  AND s.id IN (SELECT shipment_id FROM parcel WHERE place_id = ANY ($1))
