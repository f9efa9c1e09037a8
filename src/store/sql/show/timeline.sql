-- $1 order_no
SELECT json_build_object(
  'at', to_char(t.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'shop', sp.code,
  'what', t.what,
  'said', t.said,
  'who', t.who,
  'payload', t.payload
) AS "row!"
FROM orders o
JOIN shop sp ON sp.id = o.shop_id
CROSS JOIN timeline(o.id) t
WHERE o.order_no = $1
ORDER BY o.id, t.at
