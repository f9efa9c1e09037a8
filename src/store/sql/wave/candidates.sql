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
  -- What no truck is known for is to go within a day, so that it does not wait for ever.
  floor(
    extract(
      epoch FROM
        CASE
          WHEN isfinite(s.cutoff_at) THEN s.cutoff_at
          ELSE s.ordered_at + interval '1 day'
        END - now()
    )
  )::bigint AS "left_s!",
  bool_and(best.place_id IS NOT NULL) AS "pickable!",
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
ORDER BY s.priority DESC, s.cutoff_at, s.ordered_at, s.id
