-- $1 warehouse, $2 id, $3 limit
SELECT
  ARRAY[
    to_char(m.at AT TIME ZONE w.tz, 'MM-DD HH24:MI'),
    re.text_en || chr(31) || re.text_zh,
    m.qty::text || ' × ' || i.sku,
    pl.code || ' > ' || dst.code
  ] AS "cells!",
  'item' AS kind,
  i.id AS "id?"
FROM movement m
JOIN warehouse w ON w.id = m.warehouse_id
JOIN reason re ON re.code = m.reason
JOIN item i ON i.id = m.item_id
JOIN place pl ON pl.id = m.from_place
JOIN place dst ON dst.id = m.to_place
WHERE m.warehouse_id = $1
  AND m.person_id = $2
  AND m.id > (SELECT coalesce(max(id), 0) - 20000 FROM movement)
ORDER BY m.id DESC
LIMIT $3
