-- $1 code, $2 name, $3 prefix, $4 first, $5 last, $6 cutoff, $7 transit_days
WITH made AS (
  INSERT INTO carrier (code, name, waybill_prefix, waybill_next, waybill_last)
  VALUES ($1, $2, $3, $4, $5)
  RETURNING id
)
INSERT INTO carrier_service (carrier_id, code, name, cutoff, transit_days, standard)
SELECT id, 'STD', $2, $6::text::time, $7, true
FROM made
