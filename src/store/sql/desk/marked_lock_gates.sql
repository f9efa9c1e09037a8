-- $1 kind, $2 ids
-- Before the first of them is touched: whoever does many things at once takes all gates at once.
WITH about AS (
  SELECT s.id
  FROM shipment s
  WHERE $1 = 'shipment' AND s.id = ANY ($2)
  UNION
  SELECT ts.shipment_id
  FROM trip_shipment ts
  WHERE $1 = 'trip' AND ts.trip_id = ANY ($2)
)
SELECT lock_promise_gates(k.warehouse_id, k.items) IS NULL AS "locked"
FROM (
  SELECT s.warehouse_id, array_agg(DISTINCT sl.item_id) AS items
  FROM about a
  JOIN shipment s ON s.id = a.id
  JOIN shipment_line sl ON sl.shipment_id = s.id
  GROUP BY s.warehouse_id
  ORDER BY s.warehouse_id
) k
