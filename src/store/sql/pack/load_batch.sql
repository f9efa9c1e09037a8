-- $1 tote
SELECT
  r.item_id AS "item_id!",
  r.lot_id AS "lot_id!",
  i.sku AS "sku!",
  i.name_en AS "name_en!",
  i.name_zh AS "name_zh!",
  i.variant AS "variant!",
  lo.number AS "number!",
  lo.last_good_day::text AS "day!",
  count(*) AS "shipments!",
  (array_agg(r.qty ORDER BY ps.priority DESC, ps.cutoff_at, ps.id))[1] AS "each!",
  (array_agg(ps.id ORDER BY ps.priority DESC, ps.cutoff_at, ps.id))[1] AS "shipment_id!",
  (array_agg(r.id ORDER BY ps.priority DESC, ps.cutoff_at, ps.id))[1] AS "reservation_id!",
  (SELECT pb.code FROM printed_barcode pb WHERE pb.item_id = r.item_id) AS barcode
FROM reservation r
JOIN promise p ON p.id = r.promise_id
JOIN shipment_line sl ON sl.id = p.shipment_line_id
JOIN packable_shipment ps ON ps.id = sl.shipment_id
JOIN item i ON i.id = r.item_id
JOIN lot lo ON lo.id = r.lot_id
WHERE r.place_id = $1
  AND r.ended_at IS NULL
GROUP BY r.item_id, r.lot_id, i.id, lo.id
ORDER BY i.sku, lo.last_good_day
