-- $1 wave
SELECT
  s.id AS "shipment!",
  s.priority AS "priority!",
  sum(wp.qty)::bigint AS "units!",
  least(sum(wp.qty::numeric * i.volume_ml), 9223372036854775807)::bigint AS "volume_ml!",
  least(sum(wp.qty::numeric * i.weight_g), 9223372036854775807)::bigint AS "weight_g!",
  CASE WHEN min(wp.item_id) = max(wp.item_id) THEN min(wp.item_id) END AS only,
  array_agg(DISTINCT pl.bin_id) AS "bins!"
FROM wave_plan wp
JOIN shipment s ON s.id = wp.shipment_id
JOIN item i ON i.id = wp.item_id
JOIN place pl ON pl.id = wp.place_id
WHERE wp.wave_id = $1
GROUP BY s.id
