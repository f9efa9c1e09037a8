-- $1 id
SELECT EXISTS (SELECT 1 FROM parcel WHERE shipment_id = $1 AND state = 'handed_over') AS "yes!"
