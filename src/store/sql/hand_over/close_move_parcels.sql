-- $1 warehouse, $2 person, $3 command, $4 list
INSERT INTO placement (warehouse_id, container_id, from_place, to_place, reason, person_id, command)
SELECT $1, c.place_id, c.stands_in, NULL, 'hand_over', $2, $3
FROM hand_over_parcel hp
JOIN container c ON c.place_id = hp.parcel_id
WHERE hp.hand_over_id = $4
