-- $1 warehouse, $2 place, $3 item, $4 lot, $5 shipment, $6 limit, $7 person
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
    FROM (
      -- One of these is asked for; each reads its newest by an index.
      (SELECT id FROM movement WHERE from_place = $2 ORDER BY id DESC LIMIT $6)
      UNION
      (SELECT id FROM movement WHERE to_place = $2 ORDER BY id DESC LIMIT $6)
      UNION
      (SELECT id FROM movement WHERE warehouse_id = $1 AND item_id = $3 ORDER BY id DESC LIMIT $6)
      UNION
      (SELECT id FROM movement WHERE warehouse_id = $1 AND lot_id = $4 ORDER BY id DESC LIMIT $6)
      UNION
      SELECT shipped_m.id
      FROM shipment_line sl
      JOIN promise p ON p.shipment_line_id = sl.id
      JOIN reservation r ON r.promise_id = p.id
      JOIN movement shipped_m ON shipped_m.reservation_id = r.id
      WHERE sl.shipment_id = $5
    ) asked
    JOIN movement m ON m.id = asked.id
    JOIN reason re ON re.code = m.reason
    JOIN item i ON i.id = m.item_id
    JOIN place pl ON pl.id = m.from_place
    JOIN place dst ON dst.id = m.to_place
    JOIN person pe ON pe.id = m.person_id
    WHERE m.warehouse_id = $1 AND m.owner_id IN (SELECT owners_of($7))
    ORDER BY m.id DESC
    LIMIT $6
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
    WHERE au.subject = coalesce(
      (SELECT shipment_no FROM shipment WHERE id = $5),
      (SELECT code FROM place WHERE id = $2)
    )
      AND (au.action LIKE 'desk-do-%' OR au.action IN ('reprint', 'reopen'))
    ORDER BY au.id DESC
    LIMIT $6
  )
) k
ORDER BY k.at DESC
LIMIT $6
