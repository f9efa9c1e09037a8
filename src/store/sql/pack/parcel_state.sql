-- $1 parcel
SELECT pc.state AS "state: ParcelState", pc.shipment_id, s.shipment_no
FROM parcel pc
JOIN shipment s ON s.id = pc.shipment_id
WHERE pc.place_id = $1
FOR UPDATE OF s, pc
