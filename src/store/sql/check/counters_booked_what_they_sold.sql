SELECT
  'order line ' || ol.id,
  (
    CASE
      WHEN ol.cancelled OR o.status IN ('cancelled', 'refunded') OR ol.item_id IS NULL THEN 0
      ELSE ol.elsewhere
    END
  )::text,
  coalesce(sum(cd.qty) FILTER (WHERE cd.item_id = ol.item_id), 0) || ', and ' || coalesce(
    sum(cd.qty) FILTER (WHERE cd.item_id IS DISTINCT FROM ol.item_id),
    0
  ) || ' as something else'
FROM order_line ol
JOIN orders o ON o.id = ol.order_id AND NOT o.unbooked
JOIN shop sp ON sp.id = o.shop_id AND sp.counter_id IS NOT NULL
LEFT JOIN counter_sold cd ON cd.order_line_id = ol.id
GROUP BY ol.id, o.id
HAVING coalesce(sum(cd.qty) FILTER (WHERE cd.item_id = ol.item_id), 0) <> CASE
  WHEN ol.cancelled OR o.status IN ('cancelled', 'refunded') OR ol.item_id IS NULL THEN 0
  ELSE ol.elsewhere
END
  OR coalesce(sum(cd.qty) FILTER (WHERE cd.item_id IS DISTINCT FROM ol.item_id), 0) <> 0
