SELECT lock_promise_gates(k.warehouse_id, array_agg(k.item_id))
FROM (
  SELECT DISTINCT warehouse_id, item_id
  FROM promise
  WHERE ended_at IS NULL AND open > 0 AND good_until <= today(warehouse_id) + 7
) k
GROUP BY k.warehouse_id
ORDER BY k.warehouse_id
