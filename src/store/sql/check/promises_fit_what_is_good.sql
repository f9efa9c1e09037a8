SELECT
  format('warehouse %s item %s day %s', k.warehouse_id, k.item_id, k.good_until),
  'at most ' || f.free,
  o.open::text
FROM (
  SELECT DISTINCT warehouse_id, owner_id, item_id, good_until
  FROM promise
  WHERE ended_at IS NULL AND open > 0
) k
CROSS JOIN LATERAL (
  SELECT coalesce(sum(sk.on_hand - sk.reserved), 0)::bigint AS free
  FROM stock sk
  JOIN lot lo ON lo.id = sk.lot_id AND NOT lo.recalled
  LEFT JOIN container c ON c.place_id = sk.place_id
  JOIN bin b ON b.place_id = coalesce(c.stands_in, sk.place_id) AND b.promisable AND NOT b.blocked
  WHERE sk.warehouse_id = k.warehouse_id
    AND sk.owner_id = k.owner_id
    AND sk.item_id = k.item_id
    AND sk.status = 'good'
    AND lo.last_good_day >= k.good_until
    AND (c.place_id IS NULL OR c.kind = 'pallet' AND NOT c.blocked)
) f
CROSS JOIN LATERAL (
  SELECT sum(p.open)::bigint AS open
  FROM promise p
  WHERE p.warehouse_id = k.warehouse_id
    AND p.owner_id = k.owner_id
    AND p.item_id = k.item_id
    AND p.ended_at IS NULL
    AND p.good_until >= k.good_until
) o
WHERE o.open > f.free
