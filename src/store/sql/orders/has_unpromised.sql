SELECT
  (SELECT count(*) FROM orders) AS "orders!",
  (SELECT count(*) FROM shipment WHERE state = 'pending' AND reason = '') AS "undecided!"
