-- $1 shipment, $2 limit
SELECT place_id AS id, sscc, state AS "state: ParcelState", waybill
FROM parcel
WHERE shipment_id = $1
LIMIT $2
