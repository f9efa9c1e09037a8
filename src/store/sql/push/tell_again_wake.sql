-- $1 exception
UPDATE job j
SET next_at = least(j.next_at, now())
FROM exception e
WHERE e.id = $1 AND j.shop_id = e.shop_id AND j.kind = 'push'
