-- $1 id, $2 warehouse
SELECT
  s.shipment_no,
  s.receiver AS "receiver: Json<Receiver>",
  s.state AS "state: ShipmentState",
  s.reason,
  s.priority,
  ca.name AS carrier,
  w.code AS warehouse,
  s.route,
  s.chosen,
  (SELECT count(*) > 1 FROM warehouse) AS "several!",
  (
    SELECT ts.price_mm
    FROM trip_shipment ts
    JOIN trip t ON t.id = ts.trip_id
    WHERE ts.shipment_id = s.id AND t.state <> 'cancelled'
    ORDER BY t.id DESC
    LIMIT 1
  ) AS price_mm,
  to_char(s.cutoff_at AT TIME ZONE w.tz, 'MM-DD HH24:MI') AS "cutoff!",
  coalesce(wv.wave_no, '') AS "wave!",
  (
    SELECT coalesce(string_agg(DISTINCT o.order_no, ' '), '')
    FROM shipment_line sl
    JOIN share sh ON sh.shipment_line_id = sl.id
    JOIN order_line ol ON ol.id = sh.order_line_id
    JOIN orders o ON o.id = ol.order_id
    WHERE sl.shipment_id = s.id
  ) AS "orders!"
FROM shipment s
JOIN carrier ca ON ca.id = s.carrier_id
JOIN warehouse w ON w.id = s.warehouse_id
LEFT JOIN wave wv ON wv.id = s.wave_id
WHERE s.id = $1 AND s.warehouse_id = $2
