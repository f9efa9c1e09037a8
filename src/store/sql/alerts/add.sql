-- $1 kind, $2 than, $3 SKU, $4 owner, $5 warehouse, $6 person, $7 hook
-- No row: one of those named is not there, or the SKU is of several owners.
WITH of_item AS (
  SELECT i.id
  FROM item i
  JOIN owner ow ON ow.id = i.owner_id
  WHERE i.sku = $3 AND ($4::text IS NULL OR ow.code = $4)
)
INSERT INTO alert_rule (kind, than, item_id, warehouse_id, person_id, hook)
SELECT
  $1,
  $2,
  (SELECT min(id) FROM of_item),
  (SELECT id FROM warehouse WHERE code = $5),
  (SELECT id FROM person WHERE code = $6),
  $7
WHERE ($3::text IS NULL OR (SELECT count(*) FROM of_item) = 1)
  AND ($5::text IS NULL OR EXISTS (SELECT 1 FROM warehouse WHERE code = $5))
  AND ($6::text IS NULL OR EXISTS (SELECT 1 FROM person WHERE code = $6))
RETURNING id
