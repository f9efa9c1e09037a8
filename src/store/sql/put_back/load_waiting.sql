-- $1 warehouse
SELECT count(*) AS "count!", (array_agg(pl.code ORDER BY tk.id))[1] AS first
FROM task tk
JOIN place pl ON pl.id = tk.container_id
WHERE tk.warehouse_id = $1 AND tk.state = 'open'
