-- $1 shop, $2 parents
UPDATE orders
SET status = 'cancelled'
WHERE shop_id = $1 AND order_no = ANY ($2) AND status IN ('pending', 'paid')
RETURNING id
