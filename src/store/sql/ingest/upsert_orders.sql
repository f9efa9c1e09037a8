-- $1 shop, $2 rows
INSERT INTO orders (
  shop_id, customer_id, unbooked, order_no, status, shop_holds, placed_at, modified_at, paid_at,
  currency, total_minor, carrier, ship_by, receiver, note, payload
)
SELECT
  $1, cu.id, (SELECT counter_id IS NOT NULL FROM shop WHERE id = $1),
  x.order_no, x.status, x.shop_holds, x.placed_at, x.modified_at, x.paid_at, x.currency,
  x.total_minor, x.carrier, x.ship_by, x.receiver, x.note, x.payload
FROM json_to_recordset($2::json) AS x(
  order_no text, customer text, status text, shop_holds boolean, placed_at timestamptz,
  modified_at timestamptz, paid_at timestamptz, currency text, total_minor bigint, carrier text,
  ship_by timestamptz, receiver json, note text, payload json
)
LEFT JOIN customer cu ON cu.shop_id = $1 AND cu.code = x.customer
ORDER BY x.order_no
ON CONFLICT ON CONSTRAINT order_once
DO UPDATE SET
  customer_id = coalesce(excluded.customer_id, orders.customer_id), status = excluded.status,
  shop_holds = excluded.shop_holds, modified_at = excluded.modified_at,
  paid_at = excluded.paid_at, currency = excluded.currency, total_minor = excluded.total_minor,
  carrier = excluded.carrier, ship_by = excluded.ship_by, receiver = excluded.receiver,
  note = excluded.note, payload = excluded.payload, unbooked = excluded.unbooked
WHERE orders.modified_at < excluded.modified_at
  OR (orders.modified_at = excluded.modified_at AND orders.payload::text <> excluded.payload::text)
RETURNING id, status AS "status: OrderStatus", (xmax = 0) AS "new!"
