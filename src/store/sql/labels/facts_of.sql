-- $1 parcel
SELECT
  s.receiver,
  w.name AS sender,
  w.gs1_prefix IS NOT NULL AS "own_prefix!",
  s.shipment_no,
  ca.name AS carrier,
  pc.waybill AS "waybill!",
  pc.sscc,
  coalesce(pr.dpi, 203) AS "dpi!",
  coalesce(pr.cjk_font, 'E:SIMSUN.TTF') AS "font!"
FROM parcel pc
JOIN shipment s ON s.id = pc.shipment_id
JOIN warehouse w ON w.id = pc.warehouse_id
JOIN carrier ca ON ca.id = pc.carrier_id
LEFT JOIN bench be ON be.place_id = pc.bench_id
LEFT JOIN printer pr ON pr.id = be.printer_id
WHERE pc.place_id = $1
