-- $1 service, $2 warehouse, $3 cutoffs
INSERT INTO service_cutoff (service_id, warehouse_id, weekday, cutoff)
SELECT $1, $2, x.weekday, x.cutoff
FROM jsonb_to_recordset($3) AS x(weekday int, cutoff time)
ON CONFLICT (service_id, coalesce(warehouse_id, 0), coalesce(weekday, 0))
DO UPDATE SET cutoff = excluded.cutoff
