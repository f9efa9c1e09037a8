SELECT
  ARRAY[code, '@desk-printer-trouble', trouble] AS "cells!",
  NULL::text AS kind,
  NULL::bigint AS id
FROM printer
WHERE trouble IS NOT NULL
UNION ALL
SELECT
  ARRAY[
    h.code,
    CASE WHEN h.said IS NULL THEN '@desk-shop-behind' ELSE '@desk-shop-trouble' END,
    coalesce(h.said, to_char(make_interval(secs => h.lag_s), 'FMHH24:MI'))
  ],
  'shop',
  h.id
FROM shop_health h
WHERE h.said IS NOT NULL OR h.lag_s > 900
