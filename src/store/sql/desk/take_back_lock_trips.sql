-- $1 wave
SELECT id
FROM trip
WHERE wave_id = $1 AND state = 'open'
ORDER BY id
FOR UPDATE
