-- $1 warehouse, $2 bench_id, $3 person, $4 most
SELECT
  k.code,
  k.place,
  coalesce(k.shipment_no, '') AS "shipment!",
  coalesce(k.carrier, '') AS "carrier!",
  coalesce(clock_at(k.cutoff_at, $1), '') AS "due!"
FROM (
  SELECT
    pl.id, pl.code, root.code AS place, s.id AS shipment_id, s.shipment_no, ca.name AS carrier,
    s.cutoff_at
  FROM tote_use u
  JOIN trip t ON t.id = u.trip_id AND t.state = 'done'
  LEFT JOIN shipment s ON s.id = u.shipment_id
  LEFT JOIN carrier ca ON ca.id = s.carrier_id
  JOIN place pl ON pl.id = u.container_id
  JOIN bin b ON b.place_id = pl.bin_id AND (b.use = 'staging' OR b.place_id = $2)
  JOIN place root ON root.id = pl.bin_id
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
LIMIT $4
