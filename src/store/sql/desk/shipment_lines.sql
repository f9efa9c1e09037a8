-- $1 id, $2 limit
SELECT
  i.id AS item_id,
  item_name(i) AS "item!: Name",
  coalesce(r.qty, sl.qty) AS "qty!",
  pl.id AS "place_id?",
  pl.code AS "place?",
  lo.number AS "lot?",
  t.trip_no AS "trip?"
FROM shipment_line sl
JOIN item i ON i.id = sl.item_id
LEFT JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
LEFT JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
LEFT JOIN place pl ON pl.id = r.place_id
LEFT JOIN lot lo ON lo.id = r.lot_id
LEFT JOIN stop st ON st.id = r.stop_id
LEFT JOIN trip t ON t.id = st.trip_id
WHERE sl.shipment_id = $1
LIMIT $2
