-- $1 service
UPDATE carrier_service sv
SET standard = false
WHERE sv.standard
  AND sv.id <> $1
  AND sv.carrier_id = (SELECT mine.carrier_id FROM carrier_service mine WHERE mine.id = $1)
