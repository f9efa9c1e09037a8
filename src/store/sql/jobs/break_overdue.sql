SELECT break_promises(w.id, i.owner_id, i.id)
FROM warehouse w
CROSS JOIN LATERAL promises_broken(
  w.id,
  (
    SELECT array_agg(DISTINCT item_id)
    FROM promise
    WHERE warehouse_id = w.id AND ended_at IS NULL AND open > 0
  )
) AS b(item_id)
JOIN item i ON i.id = b.item_id
