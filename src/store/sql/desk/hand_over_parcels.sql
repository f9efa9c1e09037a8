-- $1 id, $2 limit
SELECT
  ARRAY[
    pc.sscc,
    coalesce(pc.waybill, ''),
    '@state-' || CASE pc.state WHEN 'open' THEN 'box_open' ELSE pc.state END
  ] AS "cells!",
  'parcel' AS kind,
  pc.place_id AS "id?"
FROM hand_over_parcel hp
JOIN parcel pc ON pc.place_id = hp.parcel_id
WHERE hp.hand_over_id = $1
ORDER BY pc.place_id
LIMIT $2
