-- $1 tote, $2 warehouse
SELECT
  pl.code,
  t.kind = 'hot' AS "hot!",
  (
    SELECT coalesce(sum(sk.on_hand - sk.reserved), 0)::bigint
    FROM stock sk
    WHERE sk.warehouse_id = $2 AND sk.place_id = pl.id
  ) AS "spare!"
FROM tote_use u
JOIN trip t ON t.id = u.trip_id
JOIN place pl ON pl.id = u.container_id
WHERE u.container_id = $1 AND u.freed_at IS NULL AND u.shipment_id IS NULL
