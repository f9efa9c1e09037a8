-- $1 parcel
SELECT s.id
FROM shipment s
WHERE s.id = (SELECT shipment_id FROM parcel WHERE place_id = $1)
FOR UPDATE
