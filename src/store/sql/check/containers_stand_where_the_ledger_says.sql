SELECT
  'container ' || pl.id,
  coalesce(last.to_place::text, 'gone'),
  coalesce(pl.parent_id::text, 'gone')
FROM place pl
JOIN LATERAL (
  SELECT to_place
  FROM placement pm
  WHERE pm.container_id = pl.id
  ORDER BY id DESC
  LIMIT 1
) last ON true
WHERE pl.kind = 'container' AND last.to_place IS DISTINCT FROM pl.parent_id
