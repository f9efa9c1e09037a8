-- $1 code, $2 url, $3 dpi, $4 cjk_font
UPDATE printer
SET
  url = coalesce($2, url), dpi = coalesce($3, dpi), cjk_font = coalesce($4, cjk_font),
  -- Another one may answer, or may not.
  answers = CASE WHEN $2::text IS NULL THEN answers END,
  trouble = NULL
WHERE code = $1
RETURNING id
