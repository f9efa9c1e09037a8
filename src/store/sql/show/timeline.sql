-- $1 order_no
SELECT json_build_object(
  'at', to_char(t.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
  'shop', sp.code,
  'what', t.what,
  'said', t.said,
  'who', t.who,
  'payload', t.payload
) AS "row!"
FROM shop sp
JOIN orders o ON o.shop_id = sp.id AND o.order_no = $1
CROSS JOIN timeline(o.id) t
ORDER BY o.id, t.at
