-- $1 rows
WITH p AS (
  SELECT i.id AS item_id, i.owner_id, k.level, k.units, k.codes
  FROM jsonb_to_recordset($1) AS x(sku text, packs jsonb)
  JOIN item i
    ON i.sku = x.sku, jsonb_to_recordset(x.packs) AS k(level text, units bigint, codes jsonb)
), made AS (
  INSERT INTO pack (item_id, level, units)
  SELECT item_id, level, units
  FROM p
  RETURNING id, item_id, level
)
INSERT INTO barcode (code, owner_id, pack_id)
SELECT c.code, p.owner_id, made.id
FROM p
JOIN made USING (item_id, level), jsonb_array_elements_text(p.codes) AS c(code)
