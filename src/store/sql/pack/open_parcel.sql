-- $1 place, $2 warehouse, $3 sscc, $4 bench, $5 shipment
INSERT INTO parcel (place_id, warehouse_id, shipment_id, sscc, bench_id, carrier_id)
SELECT $1, $2, id, $3, $4, carrier_id
FROM shipment
WHERE id = $5
