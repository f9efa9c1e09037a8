-- $1 list
SELECT take_off_lists(array_agg(hp.parcel_id)) IS NULL AS "left"
FROM hand_over_parcel hp
JOIN parcel pc ON pc.place_id = hp.parcel_id
JOIN shipment_hold sho ON sho.shipment_id = pc.shipment_id
WHERE hp.hand_over_id = $1
