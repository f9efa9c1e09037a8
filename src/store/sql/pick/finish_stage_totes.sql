-- $1 warehouse, $2 place, $3 person, $4 command, $5 trip
INSERT INTO placement (warehouse_id, container_id, from_place, to_place, reason, person_id, command)
SELECT $1, c.place_id, c.stands_in, $2, 'stage', $3, $4
FROM tote_use u
JOIN container c ON c.place_id = u.container_id
WHERE u.trip_id = $5 AND u.freed_at IS NULL AND c.stands_in IS DISTINCT FROM $2
