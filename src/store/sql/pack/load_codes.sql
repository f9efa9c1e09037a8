-- $1 warehouse, $2 bench_id
SELECT
  (
    SELECT pl.code
    FROM bench be
    JOIN place pl ON pl.id = be.place_id
    WHERE pl.warehouse_id = $1
    ORDER BY pl.code
    LIMIT 1
  ) AS any_bench,
  (
    SELECT pc.sscc
    FROM parcel pc
    WHERE pc.bench_id = $2 AND pc.state IN ('labelled', 'handed_over')
    ORDER BY pc.place_id DESC
    LIMIT 1
  ) AS last_parcel
