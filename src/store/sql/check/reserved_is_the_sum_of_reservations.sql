WITH due AS (
  SELECT place_id, owner_id, item_id, lot_id, status, sum(qty)::bigint AS qty
  FROM reservation
  WHERE ended_at IS NULL
  GROUP BY 1, 2, 3, 4, 5
)
SELECT
  format('place %s item %s lot %s', place_id, item_id, lot_id),
  coalesce(d.qty, 0)::text,
  coalesce(sk.reserved, 0)::text
FROM due d
FULL JOIN stock sk USING (place_id, owner_id, item_id, lot_id, status)
WHERE coalesce(d.qty, 0) <> coalesce(sk.reserved, 0)
