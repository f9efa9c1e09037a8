-- $1 warehouse, $2 subject_kind, $3 of, $4 own_order, $5 filter, $6 sort_column, $7 down, $8 limit,
-- $9 said
SELECT cells AS "cells!", kind, id
FROM desk_rows($1, $2, $3, $4) WITH ORDINALITY AS r(cells, kind, id, n)
WHERE $5 = ''
  OR strpos(lower(array_to_string(cells, ' ')), lower($5)) > 0
  OR EXISTS (
    SELECT 1
    FROM unnest(cells) AS c(said)
    WHERE replace(ltrim(said, '@'), '_', '-') = ANY ($9)
  )
ORDER BY
  CASE WHEN NOT $7 THEN sort_key(cells[$6]) END,
  CASE WHEN $7 THEN sort_key(cells[$6]) END DESC,
  n
LIMIT $8
