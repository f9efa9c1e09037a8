-- $1 list
SELECT id
FROM shipment
WHERE id IN (
  SELECT pc.shipment_id
  FROM parcel pc
  WHERE pc.place_id = ANY (
      ARRAY(SELECT hp.parcel_id FROM hand_over_parcel hp WHERE hp.hand_over_id = $1)
    )
)
ORDER BY id
FOR UPDATE
