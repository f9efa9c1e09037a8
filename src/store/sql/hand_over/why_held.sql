-- $1 parcel
SELECT nh.reason AS "reason!", nh.note AS "note!"
FROM newest_shipment_hold nh
WHERE nh.shipment_id = (SELECT shipment_id FROM parcel WHERE place_id = $1)
