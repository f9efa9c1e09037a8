-- $1 limit
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    hl.code AS shop,
    hl.channel,
    hl.state,
    to_char(hl.last_success_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS last_success_at,
    to_char(hl.high_water_mark AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS mark,
    hl.lag_s,
    hl.orders_per_min,
    hl.errors,
    to_char(hl.token_ends_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS token_ends_at,
    hl.outbox_waiting,
    hl.errors_by_class,
    hl.pushes_waiting,
    coalesce(hl.last_error, '') AS said
  FROM shop_health hl
  ORDER BY hl.code
  LIMIT $1
) x
