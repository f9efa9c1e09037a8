SELECT json_build_object(
  'code', sc.code,
  'prefix', sc.prefix,
  'suffix', sc.suffix,
  'gs', sc.gs,
  'people', (
    SELECT string_agg(pe.code, ' ' ORDER BY pe.code)
    FROM person pe
    WHERE pe.scanner = sc.code
  ),
  'benches', (
    SELECT string_agg(pl.code, ' ' ORDER BY pl.code)
    FROM bench be
    JOIN place pl ON pl.id = be.place_id
    WHERE be.scanner = sc.code
  )
) AS "row!"
FROM scanner sc
ORDER BY sc.code
