SELECT 'promise ' || p.id, coalesce(m.qty, 0)::text, p.shipped::text
FROM promise p
LEFT JOIN (
  SELECT r.promise_id, sum(m.qty) AS qty
  FROM movement m
  JOIN reservation r ON r.id = m.reservation_id
  JOIN place pl ON pl.id = m.to_place AND pl.kind = 'virtual'
  GROUP BY 1
) m ON m.promise_id = p.id
WHERE coalesce(m.qty, 0) <> p.shipped
