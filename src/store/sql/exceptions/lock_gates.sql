-- $1 ids
WITH touched AS (
  SELECT e.warehouse_id, e.item_id
  FROM exception e
  WHERE e.id = ANY ($1) AND e.warehouse_id IS NOT NULL AND e.item_id IS NOT NULL
  UNION
  SELECT s.warehouse_id, sl.item_id
  FROM exception e
  JOIN shipment s ON s.id = e.shipment_id
  JOIN shipment_line sl ON sl.shipment_id = s.id
  WHERE e.id = ANY ($1)
)
SELECT lock_promise_gates(warehouse_id, array_agg(item_id))
FROM touched
GROUP BY warehouse_id
ORDER BY warehouse_id
