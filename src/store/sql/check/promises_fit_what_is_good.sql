WITH owed AS MATERIALIZED (
  SELECT k.warehouse_id, k.owner_id, k.item_id, needed_day(n) AS until, sum(k.qty) AS qty
  FROM (
    SELECT warehouse_id, owner_id, item_id, need_id, sum(open) AS qty
    FROM promise
    WHERE ended_at IS NULL AND open > 0
    GROUP BY 1, 2, 3, 4
  ) k
  JOIN need n ON n.id = k.need_id
  GROUP BY 1, 2, 3, 4
)
SELECT
  format('warehouse %s item %s day %s', k.warehouse_id, k.item_id, k.until),
  'at most ' || f.free,
  o.open::text
FROM owed k
CROSS JOIN LATERAL (
  SELECT coalesce(sum(sk.on_hand - sk.reserved), 0)::bigint AS free
  FROM stock sk
  JOIN lot lo ON lo.id = sk.lot_id
  JOIN place pl ON pl.id = sk.place_id
  LEFT JOIN container c ON c.place_id = sk.place_id
  JOIN bin b ON b.place_id = pl.bin_id AND b.promisable
  WHERE sk.warehouse_id = k.warehouse_id
    AND sk.owner_id = k.owner_id
    AND sk.item_id = k.item_id
    AND sk.status = 'good'
    AND lo.last_good_day >= k.until
    AND (c.place_id IS NULL OR c.kind IN ('pallet', 'carton'))
    AND NOT EXISTS (
      SELECT 1
      FROM hold hd
      WHERE hd.lifted_at IS NULL
        AND hd.subject_id = CASE hd.subject
          WHEN 'lot' THEN sk.lot_id
          WHEN 'item' THEN sk.item_id
          WHEN 'owner' THEN sk.owner_id
          ELSE hd.subject_id
        END
        AND (
          hd.subject IN ('lot', 'item', 'owner')
          OR (
            hd.subject IN ('place', 'container')
            AND hd.subject_id IN (pl.id, pl.parent_id, pl.bin_id)
          )
        )
    )
) f
CROSS JOIN LATERAL (
  SELECT sum(x.qty)::bigint AS open
  FROM owed x
  WHERE x.warehouse_id = k.warehouse_id
    AND x.owner_id = k.owner_id
    AND x.item_id = k.item_id
    AND x.until >= k.until
) o
WHERE o.open > f.free
  -- What the worker was asked to decide is known.
  AND NOT EXISTS (
    SELECT 1
    FROM promise_gate g
    WHERE g.warehouse_id = k.warehouse_id
      AND g.item_id = k.item_id
      AND g.asked_at > now() - interval '10 minutes'
  )
