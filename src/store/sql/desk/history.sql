-- $1 warehouse, $2 kind, $3 id, $4 limit, $5 person
-- What moved, and what people did besides: then with an action.
SELECT
  unix_s(k.at) AS "at!: Instant",
  k.what AS "what: Name",
  k.action,
  k.qty,
  k.sku AS "sku!",
  k.from_place AS "from_place!",
  k.to_place AS "to_place!",
  k.who AS "who!"
FROM (
  (
    SELECT
      m.at, reason_name(re) AS what, NULL::text AS action, m.qty, i.sku, pl.code AS from_place,
      dst.code AS to_place, pe.name AS who
    FROM moves_of($1, $2, $3, $4) asked(id)
    JOIN movement m ON m.id = asked.id
    JOIN reason re ON re.code = m.reason
    JOIN item i ON i.id = m.item_id
    JOIN place pl ON pl.id = m.from_place
    JOIN place dst ON dst.id = m.to_place
    JOIN person pe ON pe.id = m.person_id
    WHERE m.warehouse_id = $1 AND m.owner_id IN (SELECT owners_of($5))
    ORDER BY m.id DESC
    LIMIT $4
  )
  UNION ALL (
    SELECT
      au.at,
      NULL,
      au.action,
      NULL,
      '',
      coalesce(au.after ->> 'text', au.after ->> 'reason', ''),
      '',
      coalesce(pe.name, au.person)
    FROM audit au
    LEFT JOIN person pe ON pe.code = au.person
    WHERE au.subject = CASE $2
      WHEN 'shipment' THEN (SELECT shipment_no FROM shipment WHERE id = $3)
      WHEN 'place' THEN (SELECT code FROM place WHERE id = $3)
    END
      AND (au.action LIKE 'desk-do-%' OR au.action IN ('reprint', 'reopen'))
    ORDER BY au.id DESC
    LIMIT $4
  )
) k
ORDER BY k.at DESC
LIMIT $4
