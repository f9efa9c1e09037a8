-- $1 command
SELECT count(*) AS "n!"
FROM movement m
JOIN parcel pc ON pc.place_id = m.to_place AND pc.state = 'open'
WHERE m.command = $1 AND m.reason = 'pack'
