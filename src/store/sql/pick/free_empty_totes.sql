-- $1 warehouse
UPDATE tote_use u
SET freed_at = now()
FROM trip t
WHERE t.id = u.trip_id
  AND t.warehouse_id = $1
  AND u.freed_at IS NULL
  AND NOT EXISTS (
    SELECT 1
    FROM stock sk
    WHERE sk.warehouse_id = $1 AND sk.place_id = u.container_id AND sk.on_hand > 0
  )
