-- $1 job, $2 failure
UPDATE printer
SET trouble = $2
WHERE id = (SELECT printer_id FROM print_job WHERE id = $1) AND trouble IS DISTINCT FROM $2
