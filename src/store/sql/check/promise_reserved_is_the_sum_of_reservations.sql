SELECT 'promise ' || p.id, coalesce(r.qty, 0)::text, p.reserved::text
FROM promise p
LEFT JOIN (
  SELECT promise_id, sum(qty) AS qty
  FROM reservation
  WHERE ended_at IS NULL
  GROUP BY 1
) r ON r.promise_id = p.id
WHERE coalesce(r.qty, 0) <> p.reserved
