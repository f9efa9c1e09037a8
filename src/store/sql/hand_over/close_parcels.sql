-- $1 list
UPDATE parcel
SET state = 'handed_over'
WHERE place_id = ANY (ARRAY(SELECT parcel_id FROM hand_over_parcel WHERE hand_over_id = $1))
RETURNING place_id
