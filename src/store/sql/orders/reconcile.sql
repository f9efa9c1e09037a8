-- $1 order
SELECT status AS "status: OrderStatus", shop_holds, order_no, receiver
FROM orders
WHERE id = $1
FOR UPDATE
