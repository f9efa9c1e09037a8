-- $1 id, $2 limit
SELECT
  ARRAY[
    ol.sku,
    coalesce(i.name_en || chr(31) || i.name_zh || chr(31) || i.variant, ol.title),
    ol.qty::text || CASE
      WHEN ol.elsewhere > 0 AND ol.to_send > 0 THEN ' (-' || ol.elsewhere || ')'
      ELSE ''
    END,
    CASE
      WHEN ol.cancelled THEN '@state-cancelled'
      WHEN ol.to_send = 0 THEN '@state-elsewhere'
      ELSE coalesce('@state-' || s.state, '')
    END,
    coalesce(s.shipment_no, '')
  ] AS "cells!",
  'shipment' AS kind,
  s.id AS "id?"
FROM order_line ol
LEFT JOIN item i ON i.id = ol.item_id
LEFT JOIN share sh ON sh.order_line_id = ol.id
LEFT JOIN shipment_line sl ON sl.id = sh.shipment_line_id
LEFT JOIN shipment s ON s.id = sl.shipment_id
WHERE ol.order_id = $1
ORDER BY ol.id
LIMIT $2
