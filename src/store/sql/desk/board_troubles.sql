SELECT
  ARRAY[code, '@desk-printer-trouble', trouble] AS "cells!",
  NULL::text AS kind,
  NULL::bigint AS id
FROM printer
WHERE trouble IS NOT NULL
UNION ALL
SELECT
  ARRAY[
    hl.code,
    CASE WHEN hl.last_error IS NULL THEN '@desk-shop-behind' ELSE '@desk-shop-trouble' END,
    coalesce(hl.last_error, to_char(make_interval(secs => hl.lag_s), 'FMHH24:MI'))
  ],
  'shop',
  hl.id
FROM shop_health hl
WHERE hl.last_error IS NOT NULL OR hl.lag_s > 900
