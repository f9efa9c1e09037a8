-- $1 warehouse, $2 person, $3 command, $4 seed, $5 days
WITH want AS (
  SELECT sl.owner_id, sl.item_id, sum(sl.qty)::bigint AS qty
  FROM shipment_line sl
  JOIN shipment s ON s.id = sl.shipment_id
  WHERE s.warehouse_id = $1 AND s.state = 'pending'
  GROUP BY 1, 2
), bins AS (
  SELECT
    other_pl.id,
    row_number() OVER (ORDER BY b.seq, other_pl.id) - 1 AS n,
    count(*) OVER () AS of
  FROM bin b
  JOIN place other_pl ON other_pl.id = b.place_id
  WHERE other_pl.warehouse_id = $1 AND b.use = 'storage' AND b.pickable
)
INSERT INTO movement (
  warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reason, person_id, command
)
SELECT $1, w.owner_id, w.item_id, lo.id, w.qty, pl.id, b.id, 'receive', $2, $3
FROM want w
JOIN item i ON i.id = w.item_id
CROSS JOIN generate_series(1, 2) part
JOIN lot lo
  ON lo.item_id = w.item_id
    AND lo.number = CASE WHEN i.lot_tracked THEN 'F' || part ELSE '' END
    AND lo.last_good_day = CASE
      WHEN i.lot_tracked THEN today($1) + $5::int * part
      ELSE 'infinity'::date
    END
JOIN bins b ON b.n = (w.item_id * 7919 + part * 104729 + $4) % b.of
JOIN place pl ON pl.warehouse_id = $1 AND pl.code = 'SUPPLIER'
RETURNING qty
