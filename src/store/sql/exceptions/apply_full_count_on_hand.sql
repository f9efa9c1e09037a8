-- $1 id
SELECT
  e.item_id AS "item!", coalesce(sk.on_hand, 0) AS "on_hand!",
  coalesce(sk.reserved, 0) AS "reserved!"
FROM exception e
LEFT JOIN stock sk
  ON sk.warehouse_id = e.warehouse_id
    AND sk.place_id = e.place_id
    AND sk.item_id = e.item_id
    AND sk.lot_id = e.lot_id
    AND sk.status = 'good'
WHERE e.id = $1 AND e.item_id IS NOT NULL AND e.lot_id IS NOT NULL
