-- $1 shop, $2 rows, $3 all
INSERT INTO order_line (
  order_id, line_no, sku, title, item_id, qty, unit_price_minor, cancelled, elsewhere
)
SELECT
  o.id,
  x.line_no,
  x.sku,
  x.title,
  coalesce(li.item_id, i.id),
  x.qty,
  x.unit_price_minor,
  x.cancelled,
  -- What is on its way and is not ours left without us. While ours is on the floor the shop is not
  -- believed: some
  -- say there that they sent what they are about to send.
  least(
    x.qty,
    x.sent,
    coalesce(
      (
        SELECT CASE WHEN w.open THEN ol.elsewhere ELSE greatest(ol.elsewhere, x.sent - w.gone) END
        FROM order_line ol
        CROSS JOIN LATERAL (
          SELECT
            coalesce(bool_or(s.state <> 'handed_over'), false) AS open,
            coalesce(sum(sh.qty) FILTER (WHERE s.state = 'handed_over'), 0)::bigint AS gone
          FROM share sh
          JOIN shipment_line sl ON sl.id = sh.shipment_line_id
          JOIN shipment s ON s.id = sl.shipment_id AND s.state <> 'cancelled'
          WHERE sh.order_line_id = ol.id
        ) w
        WHERE ol.order_id = o.id AND ol.line_no = x.line_no
      ),
      x.sent
    )
  )
FROM json_to_recordset($2::json) AS p(order_no text, lines json)
JOIN orders o ON o.shop_id = $1 AND o.order_no = p.order_no AND o.id = ANY ($3)
CROSS JOIN ROWS
FROM (
  json_to_recordset(p.lines) AS (
    line_no text, sku text, title text, qty bigint, unit_price_minor bigint, cancelled boolean,
    sent bigint
  )
) WITH ORDINALITY AS x(line_no, sku, title, qty, unit_price_minor, cancelled, sent, n)
LEFT JOIN listing li ON li.shop_id = $1 AND li.code = upper(x.sku)
JOIN shop sp ON sp.id = o.shop_id
LEFT JOIN LATERAL (
  SELECT own_i.id
  FROM item own_i
  WHERE own_i.owner_id = sp.owner_id AND upper(own_i.sku) = upper(x.sku)
  OFFSET 0
) i ON true
ORDER BY o.id, x.n
ON CONFLICT ON CONSTRAINT order_line_once
DO UPDATE SET
  sku = excluded.sku, title = excluded.title, item_id = excluded.item_id, qty = excluded.qty,
  unit_price_minor = excluded.unit_price_minor, cancelled = excluded.cancelled,
  elsewhere = excluded.elsewhere
