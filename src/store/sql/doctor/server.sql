SELECT
  current_setting('server_version') AS "version!",
  current_setting('server_version_num')::int / 10000 AS "major!",
  current_setting('server_encoding') AS "encoding!",
  current_user::text AS "role!",
  (
    SELECT pg_get_userbyid(relowner) = current_user
    FROM pg_class
    WHERE oid = 'movement'::regclass
  ) AS "owner!",
  (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS "now_ms!",
  (
    SELECT btrim(prosrc) <> 'SELECT now()'
    FROM pg_proc
    WHERE oid = 'site_now()'::regprocedure
  ) AS "days_moved!",
  current_setting('max_connections')::int AS "max_connections!",
  (SELECT coalesce(jsonb_object_agg(key, people), '{}') FROM pin_keys()) AS "pin_keys!"
