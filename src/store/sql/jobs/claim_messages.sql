-- $1 limit, $2 but
WITH due AS (
  SELECT w.id
  FROM shop sp
  CROSS JOIN LATERAL (
    SELECT id
    FROM outbox
    WHERE shop_id = sp.id
      AND state = 'waiting'
      AND next_at <= now()
      -- What a platform knows of an order's parcels is read and written back: one after the other.
      AND NOT EXISTS (
        SELECT 1
        FROM outbox other_ob
        WHERE other_ob.shop_id = outbox.shop_id
          AND other_ob.order_no = outbox.order_no
          AND other_ob.state = 'waiting'
          AND other_ob.id < outbox.id
      )
    ORDER BY id
    LIMIT $1
    FOR UPDATE SKIP LOCKED
  ) w
  WHERE sp.id <> ALL ($2)
)
UPDATE outbox ob
SET
  fencing_token = ob.fencing_token + 1, attempts = ob.attempts + 1,
  next_at = now() + make_interval(secs => 60)
FROM due, account acc
WHERE ob.id = due.id AND acc.id = ob.shop_id
RETURNING
  ob.id, ob.fencing_token, ob.key, ob.attempts, ob.body, to_jsonb(acc) AS "shop!: Json<ShopRow>"
