-- $1 parcel
SELECT waybill
FROM parcel
WHERE place_id = $1
FOR UPDATE
