-- $1 place, $2 limit
SELECT pl.id, pl.code, c.kind AS "kind: ContainerKind"
FROM container c
JOIN place pl ON pl.id = c.place_id
WHERE pl.parent_id = $1
LIMIT $2
