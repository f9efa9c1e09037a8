-- $1 scanner, $2 bench, $3 known
UPDATE bench
SET scanner = $1
FROM place pl
WHERE $3 AND pl.id = bench.place_id AND pl.code = $2
