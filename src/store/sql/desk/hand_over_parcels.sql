-- $1 id, $2 limit
SELECT pc.place_id AS id, pc.sscc, pc.waybill, pc.state AS "state: ParcelState"
FROM hand_over_parcel hp
JOIN parcel pc ON pc.place_id = hp.parcel_id
WHERE hp.hand_over_id = $1
ORDER BY pc.place_id
LIMIT $2
