-- $1 warehouse, $2 bench_id, $3 person
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
    SELECT k.code
    FROM (
      SELECT pl.id, pl.code, s.id AS shipment_id
      FROM tote_use u
      LEFT JOIN shipment s ON s.id = u.shipment_id
      JOIN place pl ON pl.id = u.container_id
      JOIN bin b ON b.place_id = pl.bin_id AND (b.use = 'staging' OR b.place_id = $2)
      WHERE pl.warehouse_id = $1
        AND u.freed_at IS NULL
        AND coalesce(s.state, 'picked') IN ('picked', 'packing')
        AND (
          (SELECT NOT is_limited($3))
          OR s.shop_id IN (SELECT shops_of($3))
          OR s.id IS NULL AND sees($3, 'container', pl.id)
        )
      ORDER BY (b.place_id = $2) IS TRUE DESC, s.cutoff_at NULLS LAST, u.id
      OFFSET 0
    ) k
    -- What costs more is asked of the first ones only, in their order.
    WHERE EXISTS (
        SELECT 1
        FROM reservation r
        WHERE r.place_id = k.id AND r.ended_at IS NULL
      )
      AND (
        k.shipment_id IS NULL
        -- Not EXISTS, which works out all that is packable before it looks for one.
        OR (SELECT true FROM packable_shipment ps WHERE ps.id = k.shipment_id)
          AND NOT EXISTS (
            SELECT 1
            FROM in_hand ih
            WHERE ih.person_id <> $3
              AND ih.signed_on
              AND ih.packed_shipment_id = k.shipment_id
          )
      )
    LIMIT 1
  ) AS waiting_tote,
  (
    SELECT pc.sscc
    FROM parcel pc
    WHERE pc.bench_id = $2 AND pc.state IN ('labelled', 'handed_over')
    ORDER BY pc.place_id DESC
    LIMIT 1
  ) AS last_parcel
