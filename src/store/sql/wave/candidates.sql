-- $1 warehouse, $2 ids
WITH best AS (
  -- Where each item would be picked first: what expires first, then the walk.
  SELECT DISTINCT ON (se.owner_id, se.item_id) se.owner_id, se.item_id, se.place_id
  FROM sellable se
  WHERE se.warehouse_id = $1
    AND se.pickable
    AND se.free > 0
    AND se.item_id IN (SELECT item_id FROM shipment_line WHERE shipment_id = ANY ($2))
  ORDER BY se.owner_id, se.item_id, se.last_good_day, se.seq, se.place_id
)
SELECT
  s.id AS "shipment!",
  s.priority AS "priority!",
  CASE
    WHEN isfinite(s.cutoff_at) THEN floor(extract(epoch FROM s.cutoff_at - now()))::bigint
  END AS left_s,
  sum(sl.qty)::bigint AS "units!",
  count(*) AS "lines!",
  coalesce(
    array_agg(DISTINCT CASE WHEN b.aisle = '' THEN b.zone ELSE b.area || '/' || b.aisle END)
      FILTER (WHERE b.zone IS NOT NULL),
    '{}'
  ) AS "aisles!"
FROM shipment s
JOIN shipment_line sl ON sl.shipment_id = s.id
LEFT JOIN best ON best.owner_id = sl.owner_id AND best.item_id = sl.item_id
LEFT JOIN place pl ON pl.id = best.place_id
LEFT JOIN bin b ON b.place_id = pl.bin_id
WHERE s.id = ANY ($2)
GROUP BY s.id
ORDER BY s.priority DESC, s.cutoff_at, s.id
