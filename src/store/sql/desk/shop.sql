-- $1 id
SELECT
  code AS "code!",
  channel AS "channel!",
  coalesce(to_char(last_success_at AT TIME ZONE site_tz(), 'MM-DD HH24:MI'), '') AS "success!",
  coalesce(lag_s, 0) AS "lag!",
  coalesce(orders_per_min, 0) AS "rate!",
  errors_by_class AS "errors!",
  coalesce(to_char(token_ends_at AT TIME ZONE site_tz(), 'MM-DD HH24:MI'), '') AS "token!",
  outbox_waiting AS "outbox!",
  pushes_waiting AS "pushes!",
  coalesce(last_error, '') AS "last_error!"
FROM shop_health
WHERE id = $1
