WITH leg AS (
  SELECT to_place AS place_id, owner_id, item_id, lot_id, to_status AS status, qty
  FROM movement
  UNION ALL
  SELECT from_place, owner_id, item_id, lot_id, from_status, -qty
  FROM movement
), due AS (
  SELECT place_id, owner_id, item_id, lot_id, status, sum(qty)::bigint AS qty
  FROM leg
  JOIN place pl ON pl.id = place_id AND pl.kind <> 'virtual'
  GROUP BY 1, 2, 3, 4, 5
)
SELECT
  format('place %s item %s lot %s %s', place_id, item_id, lot_id, status),
  coalesce(d.qty, 0)::text,
  coalesce(sk.on_hand, 0)::text
FROM due d
FULL JOIN stock sk USING (place_id, owner_id, item_id, lot_id, status)
WHERE coalesce(d.qty, 0) <> coalesce(sk.on_hand, 0)
