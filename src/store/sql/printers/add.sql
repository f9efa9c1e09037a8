-- $1 id, $2 bench
UPDATE bench
SET printer_id = $1
FROM place pl
WHERE pl.id = bench.place_id AND pl.code = $2
