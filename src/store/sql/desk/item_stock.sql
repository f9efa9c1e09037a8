-- $1 warehouse, $2 id, $3 limit
SELECT
  ARRAY[
    pl.code,
    lo.number,
    CASE WHEN isfinite(lo.last_good_day) THEN lo.last_good_day::text ELSE '' END,
    sk.on_hand::text || CASE WHEN sk.reserved > 0 THEN ' (' || sk.reserved || ')' ELSE '' END,
    CASE WHEN sk.status = 'good' THEN '' ELSE '@status-' || sk.status END
  ] AS "cells!",
  'place' AS kind,
  pl.id AS "id?"
FROM stock sk
JOIN place pl ON pl.id = sk.place_id
JOIN lot lo ON lo.id = sk.lot_id
WHERE sk.warehouse_id = $1
  AND sk.item_id = $2
  AND sk.on_hand > 0
  -- Each has an index of its own.
  AND (NOT sk.on_its_way OR sk.on_its_way)
ORDER BY lo.last_good_day, pl.code
LIMIT $3
