-- $1 id, $2 warehouse
SELECT
  i.sku,
  i.name_en,
  i.name_zh,
  i.variant,
  (
    SELECT coalesce(sum(free), 0)::bigint
    FROM sellable se
    WHERE se.warehouse_id = $2 AND se.item_id = i.id
  ) AS "free!",
  (
    SELECT coalesce(sum(open), 0)::bigint
    FROM promise p
    WHERE p.warehouse_id = $2 AND p.item_id = i.id AND p.ended_at IS NULL
  ) AS "open!"
FROM item i
WHERE i.id = $1
