-- $1 warehouse, $2 shop, $3 carrier, $4 next_cutoff_only, $5 lines, $6 urgent, $7 zone, $8 most,
-- $9 person, $10 only
SELECT s.id
FROM shipment s
JOIN shop sp ON sp.id = s.shop_id
JOIN carrier ca ON ca.id = s.carrier_id
WHERE s.warehouse_id = $1
  AND s.state = 'ready'
  AND (cardinality($10::bigint[]) = 0 OR s.id = ANY ($10))
  AND s.shop_id IN (SELECT shops_of($9))
  AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = s.id)
  AND ($2 = '' OR sp.code = $2)
  AND ($3 = '' OR ca.code = $3)
  AND (
    NOT $4
    OR s.cutoff_at = (
      SELECT min(other_s.cutoff_at)
      FROM shipment other_s
      WHERE other_s.warehouse_id = $1
        AND other_s.state = 'ready'
        AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = other_s.id)
        AND ($2 = '' OR other_s.shop_id = s.shop_id)
        AND ($3 = '' OR other_s.carrier_id = s.carrier_id)
    )
  )
  AND (
    $5 = ''
    OR ($5 = 'single') = (SELECT count(*) = 1 FROM shipment_line sl WHERE sl.shipment_id = s.id)
  )
  AND (NOT $6 OR s.priority > 0)
  AND (
    $7 = ''
    OR NOT EXISTS (
      SELECT 1
      FROM shipment_line sl
      WHERE sl.shipment_id = s.id
        AND NOT EXISTS (
          SELECT 1
          FROM sellable se
          WHERE se.warehouse_id = $1
            AND se.owner_id = sl.owner_id
            AND se.item_id = sl.item_id
            AND se.zone = $7
            AND se.pickable
            AND se.free > 0
        )
    )
  )
ORDER BY s.priority DESC, s.cutoff_at, s.id
LIMIT nullif($8::bigint, 0)
