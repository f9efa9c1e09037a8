-- $1 list
UPDATE parcel
SET state = 'handed_over'
WHERE place_id IN (SELECT parcel_id FROM handover_parcel WHERE handover_id = $1)
RETURNING place_id
