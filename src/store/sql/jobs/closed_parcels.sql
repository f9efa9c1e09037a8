SELECT pc.place_id
FROM parcel pc
WHERE pc.state = 'closed'
  AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = pc.shipment_id)
ORDER BY pc.place_id
LIMIT 500
