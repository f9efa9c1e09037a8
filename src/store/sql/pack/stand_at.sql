-- $1 warehouse, $2 bench, $3 person, $4 command, $5 container
INSERT INTO placement (warehouse_id, container_id, from_place, to_place, reason, person_id, command)
SELECT $1, place_id, stands_in, $2, 'pack', $3, $4
FROM container
WHERE place_id = $5 AND stands_in IS DISTINCT FROM $2
