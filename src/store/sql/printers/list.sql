SELECT json_build_object(
  'code', pr.code,
  'url', pr.url,
  'dpi', pr.dpi,
  'cjk_font', pr.cjk_font,
  'answers', pr.answers,
  'trouble', pr.trouble,
  'benches', (
    SELECT string_agg(pl.code, ' ' ORDER BY pl.code)
    FROM bench be
    JOIN place pl ON pl.id = be.place_id
    WHERE be.printer_id = pr.id
  )
) AS "row!"
FROM printer pr
ORDER BY pr.code
