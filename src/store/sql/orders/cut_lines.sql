-- $1 order
SELECT
  ol.id,
  s.id AS ship,
  sh.qty,
  sl.item_id IS DISTINCT FROM ol.item_id AS "other!",
  greatest(-not_taken_on(ol), 0) AS "too_many!"
FROM order_line ol
JOIN share sh ON sh.order_line_id = ol.id
JOIN shipment_line sl ON sl.id = sh.shipment_line_id
JOIN shipment s ON s.id = sl.shipment_id AND s.state <> 'cancelled'
WHERE ol.order_id = $1
ORDER BY
  ol.id,
  array_position(
    ARRAY[
      'handed_over', 'packed', 'packing', 'picked', 'picking', 'released', 'ready', 'short',
      'pending'
    ],
    s.state
  ) DESC,
  s.id
