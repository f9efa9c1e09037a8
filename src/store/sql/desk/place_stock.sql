-- $1 warehouse, $2 id, $3 limit
SELECT
  ARRAY[
    i.name_en || chr(31) || i.name_zh || chr(31) || i.variant,
    lo.number,
    CASE WHEN isfinite(lo.last_good_day) THEN lo.last_good_day::text ELSE '' END,
    sk.on_hand::text || CASE WHEN sk.reserved > 0 THEN ' (' || sk.reserved || ')' ELSE '' END,
    CASE WHEN sk.status = 'good' THEN '' ELSE '@status-' || sk.status END
  ] AS "cells!",
  'item' AS kind,
  i.id AS "id?"
FROM stock sk
JOIN item i ON i.id = sk.item_id
JOIN lot lo ON lo.id = sk.lot_id
WHERE sk.warehouse_id = $1 AND sk.place_id = $2 AND sk.on_hand > 0
UNION ALL
SELECT ARRAY[pl.code, '', '', '', '@kind-' || c.kind], 'place', pl.id
FROM container c
JOIN place pl ON pl.id = c.place_id
WHERE pl.parent_id = $2
LIMIT $3
