-- $1 shipments
SELECT lock_promise_gates(k.warehouse_id, k.items) IS NULL AS "locked"
FROM (
  SELECT s.warehouse_id, array_agg(DISTINCT sl.item_id) AS items
  FROM shipment s
  JOIN shipment_line sl ON sl.shipment_id = s.id
  WHERE s.id = ANY ($1)
  GROUP BY s.warehouse_id
  ORDER BY s.warehouse_id
) k
