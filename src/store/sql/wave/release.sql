-- $1 warehouse, $2 wave, $3 numbers, $4 kinds, $5 shipments, $6 lengths, $7 prices
WITH plan AS (
  SELECT *
  FROM unnest($3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[])
    AS u(n, kind, shipment_id, walk_mm, price_mm)
), made AS (
  INSERT INTO trip (warehouse_id, wave_id, trip_no, kind, priority, due_at, walk_mm)
  SELECT
    $1, $2, next_number('T', 'trip_number', 6), d.kind, d.priority, d.due_at, d.walk_mm
  FROM (
    SELECT
      n, kind, max(s.priority) AS priority, min(s.cutoff_at) AS due_at, min(walk_mm) AS walk_mm
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
INSERT INTO trip_shipment (trip_id, shipment_id, price_mm)
SELECT t.id, p.shipment_id, p.price_mm
FROM plan p
JOIN numbered t ON t.n = p.n
RETURNING trip_id, shipment_id
