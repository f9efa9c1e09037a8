SELECT
  'container ' || c.place_id,
  coalesce(last.to_place::text, 'gone'),
  coalesce(c.stands_in::text, 'gone')
FROM container c
JOIN LATERAL (
  SELECT to_place
  FROM placement pm
  WHERE pm.container_id = c.place_id
  ORDER BY id DESC
  LIMIT 1
) last ON true
WHERE last.to_place IS DISTINCT FROM c.stands_in
