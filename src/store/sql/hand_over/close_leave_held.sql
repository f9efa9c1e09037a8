-- $1 list
SELECT take_off_lists(array_agg(pc.place_id)) IS NULL AS "left"
FROM parcel pc
JOIN shipment_hold sho ON sho.shipment_id = pc.shipment_id
WHERE pc.place_id = ANY (
    ARRAY(SELECT hp.parcel_id FROM hand_over_parcel hp WHERE hp.hand_over_id = $1)
  )
