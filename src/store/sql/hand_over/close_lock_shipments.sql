-- $1 list
SELECT id
FROM shipment
WHERE id IN (
  SELECT pc.shipment_id
  FROM hand_over_parcel hp
  JOIN parcel pc ON pc.place_id = hp.parcel_id
  WHERE hp.hand_over_id = $1
)
ORDER BY id
FOR UPDATE
