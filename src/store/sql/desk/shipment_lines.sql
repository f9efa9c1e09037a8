-- $1 id, $2 limit
SELECT
  ARRAY[
    i.name_en || chr(31) || i.name_zh || chr(31) || i.variant,
    coalesce(r.qty, sl.qty)::text,
    coalesce(pl.code, ''),
    coalesce(lo.number, ''),
    coalesce(t.trip_no, '')
  ] AS "cells!",
  CASE WHEN pl.id IS NULL THEN 'item' ELSE 'place' END AS kind,
  coalesce(pl.id, i.id) AS id
FROM shipment_line sl
JOIN item i ON i.id = sl.item_id
LEFT JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
LEFT JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
LEFT JOIN place pl ON pl.id = r.place_id
LEFT JOIN lot lo ON lo.id = r.lot_id
LEFT JOIN stop st ON st.id = r.stop_id
LEFT JOIN trip t ON t.id = st.trip_id
WHERE sl.shipment_id = $1
UNION ALL
SELECT
  ARRAY[
    pc.sscc,
    '',
    '@state-' || CASE pc.state WHEN 'open' THEN 'box_open' ELSE pc.state END,
    coalesce(pc.waybill, ''),
    ''
  ],
  'parcel',
  pc.place_id
FROM parcel pc
WHERE pc.shipment_id = $1
LIMIT $2
