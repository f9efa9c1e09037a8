-- $1 parcel
SELECT hold_said(nh.reason) AS "said!", nh.note AS "note!"
FROM parcel pc
JOIN newest_shipment_hold nh ON nh.shipment_id = pc.shipment_id
WHERE pc.place_id = $1
