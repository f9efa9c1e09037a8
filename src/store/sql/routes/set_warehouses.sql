-- $1 route, $2 codes
INSERT INTO route_warehouse (route_id, n, warehouse_id)
SELECT $1, min(c.n), w.id
FROM unnest($2::text[]) WITH ORDINALITY AS c(code, n)
JOIN warehouse w ON w.code = c.code
GROUP BY w.id
