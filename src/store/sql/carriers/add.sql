-- $1 code, $2 name, $3 prefix, $4 first, $5 last, $6 cutoff, $7 transit_days
INSERT INTO carrier (code, name, waybill_prefix, waybill_next, waybill_last, cutoff, transit_days)
VALUES ($1, $2, $3, $4, $5, $6::text::time, $7)
