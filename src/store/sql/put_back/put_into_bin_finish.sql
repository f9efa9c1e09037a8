-- $1 task
UPDATE task tk
SET state = 'done'
WHERE tk.id = $1
  AND NOT EXISTS (
    SELECT 1
    FROM stock sk
    WHERE sk.warehouse_id = tk.warehouse_id
      AND sk.place_id = tk.container_id
      AND sk.on_hand > sk.reserved
      AND (sk.status = 'good' OR NOT EXISTS (SELECT 1 FROM bench WHERE place_id = tk.container_id))
  )
