-- $1 kind, $2 id
SELECT 'shipment' AS "subject!", s.id AS "id!"
FROM shipment s
WHERE $1 = 'shipment' AND s.id = $2 AND s.state NOT IN ('handed_over', 'cancelled')
UNION ALL
SELECT CASE pl.kind WHEN 'bin' THEN 'place' ELSE 'container' END, pl.id
FROM place pl
WHERE $1 = 'place' AND pl.id = $2
UNION ALL
SELECT hd.subject, hd.subject_id
FROM hold hd
WHERE $1 = 'hold' AND hd.id = $2
UNION ALL
SELECT $1, $2
WHERE $1 IN ('order', 'lot', 'item')
