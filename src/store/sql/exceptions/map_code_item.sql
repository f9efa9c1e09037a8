-- $1 item, $2 typed
SELECT id, name_en, name_zh, variant
FROM item
WHERE id = $1 OR ($1::bigint IS NULL AND upper(sku) = upper($2))
ORDER BY id
LIMIT 1
