-- $1 person, $2 bench
SELECT row_to_json(sc)
FROM person pe
LEFT JOIN bench be ON be.place_id = $2
JOIN scanner sc ON sc.code = coalesce(be.scanner, pe.scanner)
WHERE pe.id = $1
