-- $1 id, $2 warehouse
SELECT
  pl.code,
  b.place_id IS NOT NULL AS "is_bin!",
  coalesce(b.zone, '') AS "zone!",
  coalesce(carrier.code, '') AS "stands_in!",
  coalesce(s.shipment_no, t.trip_no, '') AS "used_for!",
  coalesce(pe.name, '') AS "walks_with!"
FROM place pl
LEFT JOIN bin b ON b.place_id = pl.id
LEFT JOIN place carrier ON carrier.id = pl.parent_id
LEFT JOIN tote_use u ON u.container_id = pl.id AND u.freed_at IS NULL
LEFT JOIN shipment s ON s.id = u.shipment_id
LEFT JOIN trip t ON t.id = u.trip_id
-- On a trolley it stands nowhere until it is dropped.
LEFT JOIN person pe ON pe.id = t.person_id AND t.state = 'claimed'
WHERE pl.id = $1 AND pl.warehouse_id = $2
