-- $1 id
SELECT
  o.order_no,
  o.status AS "status: OrderStatus",
  o.receiver AS "receiver: Json<Receiver>",
  sp.code AS shop,
  extract(epoch FROM o.placed_at)::bigint AS "placed_at!: Instant"
FROM orders o
JOIN shop sp ON sp.id = o.shop_id
WHERE o.id = $1
