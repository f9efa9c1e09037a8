-- $1 warehouse, $2 place, $3 item, $4 lot, $5 shipment, $6 limit
SELECT
  ARRAY[
    to_char(k.at AT TIME ZONE (SELECT tz FROM warehouse WHERE id = $1), 'MM-DD HH24:MI'),
    k.what,
    k.goods,
    k.way,
    k.who
  ] AS "cells!",
  NULL::text AS kind,
  NULL::bigint AS id
FROM (
  (
    SELECT
      m.at, re.text_en || chr(31) || re.text_zh AS what, m.qty::text || ' × ' || i.sku AS goods,
      pl.code || ' > ' || dst.code AS way, pe.name AS who
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
    WHERE m.warehouse_id = $1
    ORDER BY m.id DESC
    LIMIT $6
  )
  UNION ALL (
    SELECT
      au.at,
      CASE WHEN au.action LIKE 'desk-do-%' THEN '@' || au.action ELSE '@audit-' || au.action END,
      '',
      coalesce(au.after ->> 'text', au.after ->> 'reason', ''),
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
