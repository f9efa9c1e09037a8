-- $1 id
SELECT
  o.order_no,
  o.status,
  o.receiver AS "receiver: Json<Receiver>",
  sp.code AS shop,
  to_char(o.placed_at AT TIME ZONE site_tz(), 'MM-DD HH24:MI') AS "placed!"
FROM orders o
JOIN shop sp ON sp.id = o.shop_id
WHERE o.id = $1
