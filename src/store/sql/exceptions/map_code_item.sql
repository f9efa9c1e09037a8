-- $1 item, $2 typed, $3 person, $4 exception
-- The shop's owner's before others'.
SELECT id, name_en, name_zh, variant
FROM item
WHERE (id = $1 OR ($1::bigint IS NULL AND upper(sku) = upper($2)))
  AND owner_id IN (SELECT owners_of($3))
ORDER BY
  owner_id = (
    SELECT sp.owner_id
    FROM exception e
    LEFT JOIN orders o ON o.id = e.order_id
    JOIN shop sp ON sp.id = coalesce(e.shop_id, o.shop_id)
    WHERE e.id = $4
  ) DESC NULLS LAST,
  id
LIMIT 1
