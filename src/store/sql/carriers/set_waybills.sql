-- $1 carrier, $2 warehouse, $3 prefix, $4 first, $5 last
INSERT INTO waybill_range (carrier_id, warehouse_id, prefix, next, last)
SELECT ca.id, $2, $3, $4, $5
FROM carrier ca
WHERE ca.code = $1
ON CONFLICT (carrier_id, coalesce(warehouse_id, 0))
DO UPDATE SET prefix = excluded.prefix, next = excluded.next, last = excluded.last
