-- $1 code, $2 name, $3 cutoff, $4 transit_days
WITH made AS (
  INSERT INTO carrier (code, name)
  VALUES ($1, $2)
  RETURNING id
)
INSERT INTO carrier_service (carrier_id, code, name, cutoff, transit_days, standard)
SELECT id, 'STD', $2, $3::text::time, $4, true
FROM made
