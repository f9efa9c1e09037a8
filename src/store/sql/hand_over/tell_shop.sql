-- $1 shop_id, $2 ?Uuid_now_v7_, $3 parcel, $4 order_no, $5 body
INSERT INTO outbox (shop_id, kind, key, parcel_id, order_no, body)
VALUES ($1, 'dispatch', $2, $3, $4, $5)
  -- Packed anew, a parcel has another number or other lines: the shop that was told of it is told
  -- anew, and what the number was.
ON CONFLICT ON CONSTRAINT outbox_once
DO UPDATE SET
  key = excluded.key,
  state = 'waiting',
  attempts = 0,
  next_at = now(),
  last_error = '',
  fencing_token = outbox.fencing_token + 1,
  body = (
    excluded.body::jsonb || CASE
      WHEN outbox.state = 'sent' THEN jsonb_build_object('was', outbox.body ->> 'waybill')
      WHEN outbox.attempts > 0
        THEN jsonb_build_object('was', coalesce(outbox.body ->> 'was', outbox.body ->> 'waybill'))
      ELSE '{}'
    END
  )::json
WHERE outbox.body::jsonb - 'was' <> excluded.body::jsonb
