-- $1 tote
SELECT s.id
FROM tote_use u
JOIN shipment s ON s.id = u.shipment_id
WHERE u.container_id = $1 AND u.freed_at IS NULL
FOR UPDATE OF s
