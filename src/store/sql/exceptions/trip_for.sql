-- $1 warehouse, $2 wave, $3 shipment
WITH made AS (
  INSERT INTO trip (warehouse_id, wave_id, trip_no)
  VALUES ($1, $2, next_number('T', 'trip_number', 6))
  RETURNING id
)
INSERT INTO trip_shipment (trip_id, shipment_id)
SELECT id, $3
FROM made
RETURNING trip_id
