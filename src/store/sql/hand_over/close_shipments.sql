-- $1 parcels
UPDATE shipment s
SET state = 'handed_over'
WHERE s.id IN (SELECT shipment_id FROM parcel WHERE place_id = ANY ($1))
  AND NOT EXISTS (
    SELECT 1
    FROM parcel pc
    WHERE pc.shipment_id = s.id AND pc.state NOT IN ('handed_over', 'void')
  )
  AND NOT EXISTS (
    SELECT 1
    FROM shipment_line sl
    JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL AND p.reserved > 0
    WHERE sl.shipment_id = s.id
  )
