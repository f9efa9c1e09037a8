SELECT
  (SELECT count(*) FROM orders) AS "orders!",
  (
    SELECT count(*)
    FROM shipment s
    WHERE s.state = 'pending'
      AND s.reason = ''
      AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = s.id)
  ) AS "undecided!"
