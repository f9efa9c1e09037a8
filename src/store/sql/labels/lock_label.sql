-- $1 job
SELECT la.id
FROM label la
WHERE la.id = (SELECT pj.label_id FROM print_job pj WHERE pj.id = $1)
FOR NO KEY UPDATE
