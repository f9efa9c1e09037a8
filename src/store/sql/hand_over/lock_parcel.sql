-- $1 parcel
SELECT
  pc.state AS "state: ParcelState",
  s.shipment_no,
  pc.carrier_id,
  ca.name,
  h.code AS "list?"
FROM parcel pc
JOIN shipment s ON s.id = pc.shipment_id
JOIN carrier ca ON ca.id = pc.carrier_id
LEFT JOIN hand_over_parcel hp ON hp.parcel_id = pc.place_id
LEFT JOIN hand_over h ON h.id = hp.hand_over_id
WHERE pc.place_id = $1
FOR UPDATE OF pc
