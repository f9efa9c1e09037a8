-- $1 id
SELECT
  pc.sscc,
  pc.state AS "state: ParcelState",
  coalesce(pc.waybill, '') AS "waybill!",
  pc.weight_g,
  ca.name AS carrier,
  s.shipment_no,
  s.id AS shipment,
  la.state AS "label?: LabelState",
  (
    SELECT count(*)
    FROM print_job pj
    WHERE pj.label_id = la.id AND pj.done_at IS NOT NULL
  ) AS "prints!",
  coalesce(h.code, '') AS "list!",
  la.bytes AS "bytes?"
FROM parcel pc
JOIN shipment s ON s.id = pc.shipment_id
JOIN carrier ca ON ca.id = pc.carrier_id
LEFT JOIN LATERAL (
  SELECT newest_la.id, newest_la.state, newest_la.bytes
  FROM label newest_la
  WHERE newest_la.parcel_id = pc.place_id
  ORDER BY newest_la.version DESC
  LIMIT 1
) la ON true
LEFT JOIN hand_over_parcel hp ON hp.parcel_id = pc.place_id
LEFT JOIN hand_over h ON h.id = hp.hand_over_id
WHERE pc.place_id = $1
