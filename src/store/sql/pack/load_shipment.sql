-- $1 id
SELECT
  s.id,
  s.shipment_no,
  sp.permits_parts,
  ca.name AS carrier,
  clock_at(s.cutoff_at, s.warehouse_id) AS "due!",
  minutes_to(s.cutoff_at) AS due_min,
  (
    SELECT coalesce(sum(p.broken), 0)::bigint
    FROM shipment_line sl
    JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
    WHERE sl.shipment_id = s.id
  ) AS "owed!"
FROM shipment s
JOIN carrier ca ON ca.id = s.carrier_id
JOIN shop sp ON sp.id = s.shop_id
WHERE s.id = $1 AND s.state IN ('picked', 'packing')
