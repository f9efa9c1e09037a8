-- $1 file, $2 shop
WITH fresh AS (
  SELECT DISTINCT ON (upper(il.data ->> 'sku'))
    il.data ->> 'sku' AS sku,
    coalesce(nullif(il.data ->> 'title', ''), il.data ->> 'sku') AS name
  FROM import_line il
  WHERE il.file = $1
    AND NOT EXISTS (
      SELECT 1
      FROM item i
      WHERE i.owner_id = (SELECT owner_id FROM shop WHERE id = $2)
        AND upper(i.sku) = upper(il.data ->> 'sku')
    )
  ORDER BY upper(il.data ->> 'sku'), il.row
), made AS (
  INSERT INTO item (owner_id, sku, name_en, name_zh, lot_tracked)
  SELECT sp.owner_id, fresh.sku, fresh.name, fresh.name, false
  FROM fresh
  JOIN shop sp ON sp.id = $2
  RETURNING id, owner_id, sku
), packs AS (
  INSERT INTO pack (item_id, level, units)
  SELECT id, 'each', 1
  FROM made
  RETURNING id, item_id
)
INSERT INTO barcode (code, owner_id, pack_id)
SELECT upper(m.sku), m.owner_id, p.id
FROM made m
JOIN packs p ON p.item_id = m.id
ON CONFLICT
DO NOTHING
