SELECT
  format('place %s item %s lot %s %s', place_id, item_id, lot_id, status),
  '0 <= reserved <= on hand',
  reserved || ' of ' || on_hand
FROM stock
WHERE on_hand < 0 OR reserved < 0 OR reserved > on_hand
