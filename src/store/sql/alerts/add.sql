-- $1 kind, $2 than, $3 SKU, $4 warehouse, $5 person, $6 hook
-- No row: one of those named is not there.
INSERT INTO alert_rule (kind, than, item_id, warehouse_id, person_id, hook)
SELECT
  $1,
  $2,
  (SELECT min(id) FROM item WHERE sku = $3),
  (SELECT id FROM warehouse WHERE code = $4),
  (SELECT id FROM person WHERE code = $5),
  $6
WHERE ($3::text IS NULL OR EXISTS (SELECT 1 FROM item WHERE sku = $3))
  AND ($4::text IS NULL OR EXISTS (SELECT 1 FROM warehouse WHERE code = $4))
  AND ($5::text IS NULL OR EXISTS (SELECT 1 FROM person WHERE code = $5))
RETURNING id
