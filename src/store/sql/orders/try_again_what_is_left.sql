-- $1 order
SELECT
  coalesce(bool_or(ol.item_id IS NULL AND wants_item(ol)), false) AS "unknown!",
  coalesce(bool_or(not_taken_on(ol) > 0), false) AS "wanted!"
FROM order_line ol
WHERE ol.order_id = $1
