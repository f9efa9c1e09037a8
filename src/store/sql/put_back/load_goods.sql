-- $1 place, $2 warehouse
SELECT
  sk.item_id,
  sk.lot_id,
  i.sku,
  i.name_en,
  i.name_zh,
  i.variant,
  lo.number,
  lo.last_good_day::text AS "day!",
  sk.on_hand - sk.reserved AS "free!",
  (SELECT pb.code FROM printed_barcode pb WHERE pb.item_id = i.id) AS barcode,
  (
    SELECT root.code
    FROM movement m
    JOIN place pl ON pl.id = m.from_place
    JOIN bin b ON b.place_id = pl.bin_id AND b.use = 'storage'
    JOIN place root ON root.id = b.place_id
    WHERE m.warehouse_id = $2 AND m.lot_id = sk.lot_id AND m.reason = 'pick'
    ORDER BY m.id DESC
    LIMIT 1
  ) AS bin
FROM stock sk
JOIN item i ON i.id = sk.item_id
JOIN lot lo ON lo.id = sk.lot_id
WHERE sk.place_id = $1
  AND sk.warehouse_id = $2
  AND sk.on_hand > sk.reserved
  -- What is held at a bench waits for a count.
  AND (sk.status = 'good' OR NOT EXISTS (SELECT 1 FROM bench WHERE place_id = $1))
ORDER BY i.sku, lo.last_good_day
