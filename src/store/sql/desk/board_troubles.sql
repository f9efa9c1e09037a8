-- $1 person
SELECT
  code AS "code!", trouble AS said, NULL::text AS behind, NULL::bigint AS shop_id
FROM printer
WHERE trouble IS NOT NULL
UNION ALL
SELECT hl.code, hl.last_error, to_char(make_interval(secs => hl.lag_s), 'FMHH24:MI'), hl.id
FROM shop_health hl
WHERE (hl.last_error IS NOT NULL OR hl.lag_s > 900) AND hl.id IN (SELECT shops_of($1))
