-- $1 job, $2 trouble, $3 answers
UPDATE printer pr
SET trouble = $2, answers = coalesce($3, pr.answers)
WHERE pr.id = (SELECT pj.printer_id FROM print_job pj WHERE pj.id = $1)
  AND (pr.trouble, pr.answers) IS DISTINCT FROM ($2, coalesce($3, pr.answers))
