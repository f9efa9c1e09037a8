-- $1 warehouse, $2 wave, $3 numbers, $4 kinds, $5 shipments
WITH plan AS (
  SELECT *
  FROM unnest($3::bigint[], $4::text[], $5::bigint[]) AS u(n, kind, shipment_id)
), made AS (
  INSERT INTO trip (warehouse_id, wave_id, trip_no, kind, priority, due_at)
  SELECT $1, $2, next_number('T', 'trip_number', 6), d.kind, d.priority, d.due_at
  FROM (
    SELECT n, kind, max(s.priority) AS priority, min(s.cutoff_at) AS due_at
    FROM plan
    JOIN shipment s ON s.id = plan.shipment_id
    GROUP BY n, kind
    ORDER BY n
  ) d
  RETURNING id
), numbered AS (
  SELECT id, row_number() OVER (ORDER BY id) - 1 AS n
  FROM made
)
INSERT INTO trip_shipment (trip_id, shipment_id)
SELECT t.id, p.shipment_id
FROM plan p
JOIN numbered t ON t.n = p.n
RETURNING trip_id, shipment_id
