-- $1 service, $2 cutoffs
INSERT INTO service_cutoff (service_id, weekday, cutoff)
SELECT $1, x.weekday, x.cutoff
FROM jsonb_to_recordset($2) AS x(weekday int, cutoff time)
ON CONFLICT (service_id, weekday)
DO UPDATE SET cutoff = excluded.cutoff
