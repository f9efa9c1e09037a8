WITH RECURSIVE tree AS (
  SELECT id, CASE kind WHEN 'bin' THEN id END AS bin_id
  FROM place
  WHERE parent_id IS NULL
  UNION ALL
  SELECT pl.id, tree.bin_id
  FROM tree
  JOIN place pl ON pl.parent_id = tree.id
)
SELECT 'place ' || pl.id, coalesce(tree.bin_id::text, 'none'), coalesce(pl.bin_id::text, 'none')
FROM place pl
LEFT JOIN tree ON tree.id = pl.id
WHERE tree.id IS NULL OR tree.bin_id IS DISTINCT FROM pl.bin_id
