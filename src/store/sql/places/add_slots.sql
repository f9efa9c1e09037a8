-- $1 warehouse, $2 rows
INSERT INTO place (warehouse_id, code, kind, parent_id)
SELECT $1, x.code, 'slot', pl.id
FROM jsonb_to_recordset($2) AS x(code text, trolley text)
JOIN place pl ON pl.warehouse_id = $1 AND pl.code = x.trolley
