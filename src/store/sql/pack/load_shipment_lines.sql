-- $1 id
SELECT
  r.id,
  r.qty,
  i.id AS item_id,
  i.sku,
  i.name_en,
  i.name_zh,
  i.variant,
  lo.number,
  lo.last_good_day::text AS "day!",
  pc.state AS "box_?: ParcelState",
  (
    -- Asked row by row: a join walks over all places.
    (SELECT pl.stores FROM place pl WHERE pl.id = r.place_id)
    OR EXISTS (
      SELECT 1
      FROM tote_use u
      JOIN trip t ON t.id = u.trip_id AND t.state <> 'done'
      WHERE u.container_id = r.place_id AND u.freed_at IS NULL
    )
  ) AS "coming!",
  (SELECT pb.code FROM printed_barcode pb WHERE pb.item_id = i.id) AS barcode
FROM shipment_line sl
JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
LEFT JOIN parcel pc ON pc.place_id = r.place_id
JOIN item i ON i.id = r.item_id
JOIN lot lo ON lo.id = r.lot_id
WHERE sl.shipment_id = $1
ORDER BY i.sku, lo.last_good_day, r.id
