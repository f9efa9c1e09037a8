-- $1 shipment
SELECT
  coalesce(sum(r.qty), 0)::bigint AS "units!",
  string_agg(DISTINCT pl.code, ' ') AS places,
  (
    SELECT string_agg(coalesce(pc.waybill, pc.sscc), ' ' ORDER BY pc.place_id)
    FROM parcel pc
    WHERE pc.shipment_id = $1 AND pc.state IN ('closed', 'labelled')
  ) AS labels
FROM shipment_line sl
JOIN promise p ON p.shipment_line_id = sl.id
JOIN reservation r ON r.promise_id = p.id AND r.ended_at IS NULL
JOIN container c ON c.place_id = r.place_id AND c.kind IN ('tote', 'parcel')
JOIN place pl ON pl.id = c.place_id
WHERE sl.shipment_id = $1
