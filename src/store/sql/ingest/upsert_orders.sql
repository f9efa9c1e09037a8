-- $1 shop, $2 rows
INSERT INTO orders (
  shop_id, order_no, status, shop_holds, placed_at, modified_at, paid_at, currency, total_minor,
  carrier, ship_by, receiver, note, payload, unbooked
)
SELECT $1, x.*, (SELECT counter_id IS NOT NULL FROM shop WHERE id = $1)
FROM json_to_recordset($2::json) AS x(
  order_no text, status text, shop_holds boolean, placed_at timestamptz, modified_at timestamptz,
  paid_at timestamptz, currency text, total_minor bigint, carrier text, ship_by timestamptz,
  receiver json, note text, payload json
)
ORDER BY x.order_no
ON CONFLICT ON CONSTRAINT order_once
DO UPDATE SET
  status = excluded.status, shop_holds = excluded.shop_holds, modified_at = excluded.modified_at,
  paid_at = excluded.paid_at, currency = excluded.currency, total_minor = excluded.total_minor,
  carrier = excluded.carrier, ship_by = excluded.ship_by, receiver = excluded.receiver,
  note = excluded.note, payload = excluded.payload, unbooked = excluded.unbooked
WHERE orders.modified_at < excluded.modified_at
  OR (orders.modified_at = excluded.modified_at AND orders.payload::text <> excluded.payload::text)
RETURNING id, status, (xmax = 0) AS "new!"
