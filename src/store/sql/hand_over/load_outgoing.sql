-- $1 warehouse, $2 list_id, $3 person
SELECT
  count(*) AS "count!",
  (array_agg(pc.sscc ORDER BY (h.carrier_id IS NULL), pc.place_id))[1] AS first
FROM parcel pc
JOIN shipment s ON s.id = pc.shipment_id AND s.shop_id IN (SELECT shops_of($3))
LEFT JOIN hand_over h ON h.id = $2 AND h.carrier_id = pc.carrier_id
WHERE pc.warehouse_id = $1
  AND pc.state = 'labelled'
  AND ($2::bigint IS NULL OR h.id IS NOT NULL)
  AND NOT EXISTS (SELECT 1 FROM hand_over_parcel hp WHERE hp.parcel_id = pc.place_id)
  AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = pc.shipment_id)
