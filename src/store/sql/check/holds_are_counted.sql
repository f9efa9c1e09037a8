WITH live AS (
  SELECT
    CASE subject WHEN 'container' THEN 'place' ELSE subject END AS kind, subject_id, count(*) AS n
  FROM hold
  WHERE lifted_at IS NULL AND subject NOT IN ('shipment', 'order', 'customer')
  GROUP BY 1, 2
), counted AS (
  SELECT 'lot' AS kind, id, holds FROM lot WHERE holds > 0
  UNION ALL
  SELECT 'item', id, holds FROM item WHERE holds > 0
  UNION ALL
  SELECT 'place', id, holds FROM place WHERE holds > 0
  UNION ALL
  SELECT 'owner', id, holds FROM owner WHERE holds > 0
)
SELECT
  coalesce(l.kind, k.kind) || ' ' || coalesce(l.subject_id, k.id),
  coalesce(l.n, 0)::text,
  coalesce(k.holds, 0)::text
FROM live l
FULL JOIN counted k ON k.kind = l.kind AND k.id = l.subject_id
WHERE coalesce(l.n, 0) <> coalesce(k.holds, 0)
