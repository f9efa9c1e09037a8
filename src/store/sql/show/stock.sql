-- $1 limit, $2 warehouse
-- The places first, as they were made: what lies in the others is not read.
WITH shown AS MATERIALIZED (
  SELECT DISTINCT ON (sk.warehouse_id, sk.place_id) sk.place_id AS id
  FROM stock sk
  WHERE sk.on_hand > 0
    AND ($2::text IS NULL OR sk.warehouse_id = (SELECT id FROM warehouse WHERE code = $2))
  ORDER BY sk.warehouse_id, sk.place_id
  LIMIT $1
)
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    w.code AS warehouse,
    pl.code AS place,
    ow.code AS owner,
    i.sku AS item,
    lo.number AS lot,
    CASE WHEN isfinite(lo.last_good_day) THEN lo.last_good_day::text END AS last_good_day,
    CASE
      WHEN sk.status = 'good'
        AND lo.holds + i.holds + ow.holds
          + pl.holds + coalesce(carrier.holds, 0) + coalesce(root.holds, 0) > 0
      THEN 'held'
      ELSE sk.status
    END AS status,
    sk.on_hand,
    sk.reserved
  FROM shown
  JOIN place pl ON pl.id = shown.id
  JOIN warehouse w ON w.id = pl.warehouse_id
  JOIN stock sk ON sk.warehouse_id = pl.warehouse_id AND sk.place_id = pl.id
  JOIN owner ow ON ow.id = sk.owner_id
  JOIN item i ON i.id = sk.item_id
  JOIN lot lo ON lo.id = sk.lot_id
  LEFT JOIN place carrier ON carrier.id = pl.parent_id AND pl.stores
  LEFT JOIN place root ON root.id = pl.bin_id AND pl.stores
  WHERE sk.on_hand > 0
  ORDER BY w.code, pl.code, i.sku, lo.last_good_day, sk.status
  LIMIT $1
) x
