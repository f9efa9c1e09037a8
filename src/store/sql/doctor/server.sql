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
  (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS "now_ms!"
