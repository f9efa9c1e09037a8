-- $1 id, $2 limit
SELECT
  ARRAY[
    pl.code,
    i.name_en || chr(31) || i.name_zh || chr(31) || i.variant,
    coalesce(sum(r.qty), 0)::text,
    CASE WHEN count(r.id) = 0 THEN '@desk-stop-done' ELSE '' END
  ] AS "cells!",
  'place' AS kind,
  pl.id AS "id?"
FROM stop st
JOIN place pl ON pl.id = st.place_id
JOIN item i ON i.id = st.item_id
LEFT JOIN bin b ON b.place_id = pl.bin_id
LEFT JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
WHERE st.trip_id = $1
GROUP BY st.id, pl.id, i.id, b.seq
ORDER BY st.skips, b.seq, st.id
LIMIT $2
