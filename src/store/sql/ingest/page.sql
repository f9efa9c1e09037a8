-- $1 shop, $2 read
UPDATE exception
SET done_at = now()
WHERE done_at IS NULL AND reason = 'unreadable' AND subject = ANY ($2) AND shop_id = $1
