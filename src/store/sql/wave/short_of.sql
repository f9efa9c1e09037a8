-- $1 wave, $2 warehouse
WITH lacking AS (
  SELECT
    sl.shipment_id, p.owner_id, p.item_id, needed_day(n) AS until,
    p.open - coalesce(g.qty, 0) AS units
  FROM shipment s
  JOIN shipment_line sl ON sl.shipment_id = s.id
  JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
  JOIN need n ON n.id = p.need_id
  LEFT JOIN (
    SELECT promise_id, sum(qty) AS qty
    FROM wave_plan
    WHERE wave_id = $1
    GROUP BY 1
  ) g ON g.promise_id = p.id
  WHERE s.wave_id = $1 AND p.open > coalesce(g.qty, 0)
)
SELECT
  i.name_en,
  i.name_zh,
  i.variant,
  sum(k.units)::bigint AS "units!",
  (SELECT count(DISTINCT shipment_id) FROM lacking) AS "shipments!",
  (SELECT sum(units)::bigint FROM lacking) AS "all_units!",
  CASE
    WHEN EXISTS (
      SELECT 1
      FROM sellable se
      WHERE se.warehouse_id = $2
        AND se.item_id = i.id
        AND se.free > 0
        AND NOT se.pickable
        AND se.last_good_day >= max(k.until)
    )
      THEN 'not_pickable'
    WHEN EXISTS (
      SELECT 1
      FROM sellable se
      WHERE se.warehouse_id = $2
        AND se.item_id = i.id
        AND se.free > 0
        AND se.last_good_day < max(k.until)
    )
      THEN 'too_old'
    WHEN EXISTS (
      SELECT 1
      FROM stock sk
      WHERE sk.warehouse_id = $2
        AND sk.item_id = i.id
        AND NOT sk.on_its_way
        AND sk.status <> 'good'
        AND sk.on_hand > 0
    )
      THEN 'held'
    ELSE 'none'
  END AS "why!"
FROM lacking k
JOIN item i ON i.id = k.item_id
GROUP BY i.id
ORDER BY 3 DESC, i.id
LIMIT 30
