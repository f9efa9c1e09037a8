-- $1 warehouse, $2 person, $3 command, $4 list
INSERT INTO placement (warehouse_id, container_id, from_place, to_place, reason, person_id, command)
SELECT $1, pl.id, pl.parent_id, NULL, 'hand_over', $2, $3
FROM hand_over_parcel hp
JOIN place pl ON pl.id = hp.parcel_id
WHERE hp.hand_over_id = $4
