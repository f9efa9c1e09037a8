-- $1 exception
UPDATE outbox ob
SET state = 'waiting', next_at = now(), attempts = 0
FROM exception e
WHERE e.id = $1
  AND ob.shop_id = e.shop_id
  AND ob.state = 'refused'
  AND coalesce(ob.body ->> 'order_no', '-') = e.subject
