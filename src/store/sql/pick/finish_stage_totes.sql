-- $1 warehouse, $2 place, $3 person, $4 command, $5 trip
INSERT INTO placement (warehouse_id, container_id, from_place, to_place, reason, person_id, command)
SELECT $1, pl.id, pl.parent_id, $2, 'stage', $3, $4
FROM tote_use u
JOIN place pl ON pl.id = u.container_id
WHERE u.trip_id = $5 AND u.freed_at IS NULL AND pl.parent_id IS DISTINCT FROM $2
