-- $1 carrier, $2 code
SELECT EXISTS (
  SELECT 1
  FROM carrier_service sv
  JOIN carrier ca ON ca.id = sv.carrier_id
  WHERE ca.code = $1 AND sv.code = $2
) AS "known!"
