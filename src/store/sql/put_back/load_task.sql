-- $1 task, $2 person
SELECT tk.id, tk.task_no, pl.code, pl.id AS place
FROM task tk
JOIN place pl ON pl.id = tk.container_id
WHERE tk.id = $1 AND tk.person_id = $2 AND tk.state = 'claimed'
