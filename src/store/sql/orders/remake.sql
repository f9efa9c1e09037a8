-- $1 ids
SELECT
  max(priority) AS "priority!",
  (array_agg(reason ORDER BY id) FILTER (WHERE by_hand))[1] AS reason,
  (array_agg(hold_note ORDER BY id) FILTER (WHERE by_hand))[1] AS note
FROM (
  SELECT *, state = 'held' AND reason NOT IN ('shop_holds', 'no_receiver') AS by_hand
  FROM shipment
  WHERE id = ANY ($1)
) s
