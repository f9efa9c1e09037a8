-- $1 warehouse, $2 id, $3 limit, $4 viewer
SELECT
  unix_s(m.at) AS "at!: Instant",
  reason_name(re) AS "what!: Name",
  m.qty,
  i.id,
  i.sku,
  pl.code AS from_place,
  dst.code AS to_place
FROM movement m
JOIN reason re ON re.code = m.reason
JOIN item i ON i.id = m.item_id
JOIN place pl ON pl.id = m.from_place
JOIN place dst ON dst.id = m.to_place
WHERE m.warehouse_id = $1
  AND m.person_id = $2
  AND m.owner_id IN (SELECT owners_of($4))
  AND m.id > (SELECT coalesce(max(id), 0) - 20000 FROM movement)
ORDER BY m.id DESC
LIMIT $3
