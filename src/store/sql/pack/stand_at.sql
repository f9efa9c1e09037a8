-- $1 warehouse, $2 bench, $3 person, $4 command, $5 container
INSERT INTO placement (warehouse_id, container_id, from_place, to_place, reason, person_id, command)
SELECT $1, id, parent_id, $2, 'pack', $3, $4
FROM place
WHERE id = $5 AND parent_id IS DISTINCT FROM $2
