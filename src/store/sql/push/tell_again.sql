-- $1 exception
UPDATE listing li
SET refused = NULL
FROM exception e
JOIN shop sp ON sp.id = e.shop_id
WHERE e.id = $1 AND li.shop_id = sp.id AND e.subject = sp.code || ' ' || li.code
