SELECT
  'container ' || pl.id,
  coalesce(last.to_place::text, 'gone'),
  coalesce(pl.parent_id::text, 'gone')
FROM (
  SELECT DISTINCT ON (pm.container_id) pm.container_id, pm.to_place
  FROM placement pm
  ORDER BY pm.container_id, pm.id DESC
) last
JOIN place pl ON pl.id = last.container_id
WHERE pl.kind = 'container' AND last.to_place IS DISTINCT FROM pl.parent_id
