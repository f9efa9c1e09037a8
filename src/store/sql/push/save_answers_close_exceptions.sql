-- $1 id, $2 taken
WITH done AS (
  UPDATE listing li
  SET sent = x.qty, sent_at = now(), refused = NULL
  FROM jsonb_to_recordset($2) AS x(code text, qty bigint)
  WHERE li.shop_id = $1 AND li.code = x.code
  RETURNING li.code
)
UPDATE exception e
SET done_at = now()
FROM done, shop sp
WHERE sp.id = $1
  AND e.done_at IS NULL
  AND e.reason IN ('push_refused', 'stock_differs')
  AND e.subject = sp.code || ' ' || done.code
