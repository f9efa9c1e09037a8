SELECT 'reservation ' || r.id, 'held by nobody', 'held'
FROM reservation r
JOIN lot lo ON lo.id = r.lot_id
JOIN item i ON i.id = r.item_id
JOIN owner ow ON ow.id = r.owner_id
JOIN place pl ON pl.id = r.place_id
LEFT JOIN place carrier ON carrier.id = pl.parent_id
LEFT JOIN place root ON root.id = pl.bin_id
WHERE r.ended_at IS NULL
  AND pl.stores
  AND lo.holds + i.holds + ow.holds
    + pl.holds + coalesce(carrier.holds, 0) + coalesce(root.holds, 0) > 0
