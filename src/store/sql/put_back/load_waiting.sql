-- $1 warehouse, $2 person
SELECT count(*) AS "count!", (array_agg(pl.code ORDER BY tk.id))[1] AS first
FROM task tk
JOIN place pl ON pl.id = tk.container_id
WHERE tk.warehouse_id = $1
  AND tk.state = 'open'
  AND ((SELECT NOT is_limited($2)) OR sees($2, 'container', tk.container_id))
