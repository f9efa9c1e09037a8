-- $1 wave
SELECT
  s.id,
  s.priority,
  sum(wp.qty)::bigint AS "units!",
  CASE WHEN min(wp.item_id) = max(wp.item_id) THEN min(wp.item_id) END AS only,
  min(b.seq) AS "first!",
  max(b.seq) AS "last!"
FROM wave_plan wp
JOIN shipment s ON s.id = wp.shipment_id
JOIN place pl ON pl.id = wp.place_id
JOIN bin b ON b.place_id = pl.bin_id
WHERE wp.wave_id = $1
GROUP BY s.id
