-- $1 warehouse, $2 text, $3 person
SELECT kind AS "kind!", id AS "id!"
FROM (
  SELECT 1 AS rank, 'shipment' AS kind, id
  FROM shipment
  WHERE warehouse_id = $1 AND shipment_no = upper($2)
  UNION ALL
  SELECT 2, 'order', o.id
  FROM shop sp
  JOIN orders o ON o.shop_id = sp.id AND o.order_no = $2
  UNION ALL
  SELECT 3, 'trip', id
  FROM trip
  WHERE warehouse_id = $1 AND trip_no = upper($2)
  UNION ALL
  SELECT 4, 'wave', id
  FROM wave
  WHERE warehouse_id = $1 AND wave_no = upper($2)
  UNION ALL
  SELECT 5, 'item', i.id
  FROM owner ow
  JOIN item i ON i.owner_id = ow.id AND upper(i.sku) = upper($2)
  UNION ALL
  SELECT 6, 'person', id
  FROM person
  WHERE code = upper($2) AND role <> 'system'
  UNION ALL
  SELECT 10, 'role', id
  FROM role
  WHERE code = lower($2) AND code <> 'system'
  UNION ALL
  SELECT 7, 'shop', id
  FROM shop
  WHERE code = $2
  UNION ALL
  SELECT 9, 'hold', id
  FROM hold
  WHERE hold_no = upper($2)
  UNION ALL
  SELECT 8, 'parcel', place_id
  FROM parcel
  WHERE waybill = upper($2)
) k
WHERE (SELECT NOT is_limited($3))
  OR CASE kind WHEN 'hold' THEN sees_hold($3, id) ELSE sees($3, kind, id) END
ORDER BY rank, id DESC
LIMIT 1
