-- $1 warehouse, $2 exception_id, $3 person
SELECT
  e.id,
  e.reason,
  e.subject,
  i.name_en AS "name_en?",
  i.name_zh AS "name_zh?",
  i.variant AS "variant?",
  lo.number AS "number?",
  e.qty,
  e.detail,
  e.shipment_id,
  coalesce(sp.code, '') AS "shop!",
  to_char(e.since AT TIME ZONE w.tz, 'MM-DD HH24:MI') AS "since!",
  (
    SELECT count(*)
    FROM exception other_e
    WHERE other_e.done_at IS NULL
      AND other_e.reason = e.reason
      AND (other_e.warehouse_id = $1 OR other_e.warehouse_id IS NULL)
      AND ((SELECT NOT is_limited($3)) OR other_e.id IN (SELECT exceptions_of($3)))
  ) AS "same!",
  (
    SELECT ol.sku
    FROM order_line ol
    WHERE ol.order_id = e.order_id AND ol.item_id IS NULL AND wants_item(ol)
    ORDER BY ol.id
    LIMIT 1
  ) AS code,
  (
    SELECT least(
      coalesce(sum(sk.on_hand), 0),
      coalesce(e.qty, coalesce(sum(sk.on_hand), 0))
    )::bigint
    FROM stock sk
    WHERE sk.warehouse_id = $1
      AND sk.place_id = e.place_id
      AND sk.item_id = e.item_id
      AND sk.lot_id = e.lot_id
      AND sk.status = (SELECT stock_status FROM reason WHERE code = e.reason)
  ) AS "held!",
  (
    SELECT coalesce(sum(sk.on_hand), 0)::bigint
    FROM stock sk
    WHERE sk.warehouse_id = $1
      AND sk.place_id = e.place_id
      AND sk.item_id = e.item_id
      AND sk.lot_id = e.lot_id
      AND sk.status = 'good'
  ) AS "booked!"
FROM exception e
JOIN warehouse w ON w.id = $1
LEFT JOIN item i ON i.id = e.item_id
LEFT JOIN lot lo ON lo.id = e.lot_id
LEFT JOIN shop sp ON sp.id = e.shop_id
WHERE e.done_at IS NULL
  AND (e.warehouse_id = $1 OR e.warehouse_id IS NULL)
  AND ((SELECT NOT is_limited($3)) OR e.id IN (SELECT exceptions_of($3)))
ORDER BY (e.id = $2) DESC NULLS LAST, e.id
LIMIT 1
