-- $1 code, $2 warehouse
SELECT pl.id, pl.warehouse_id AS warehouse, pl.kind
FROM place pl
JOIN warehouse w ON w.id = pl.warehouse_id
WHERE pl.code = upper($1) AND ($2::text IS NULL OR w.code = upper($2))
ORDER BY pl.id
