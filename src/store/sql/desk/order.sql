-- $1 id
SELECT
  o.order_no,
  o.status AS "status: OrderStatus",
  o.receiver AS "receiver: Json<Receiver>",
  sp.code AS shop,
  unix_s(o.placed_at) AS "placed_at!: Instant"
FROM orders o
JOIN shop sp ON sp.id = o.shop_id
WHERE o.id = $1
