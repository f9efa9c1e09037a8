-- $1 id
SELECT pl.id, pl.code, pr.code AS "printer?"
FROM bench be
JOIN place pl ON pl.id = be.place_id
LEFT JOIN printer pr ON pr.id = be.printer_id
WHERE pl.id = $1
