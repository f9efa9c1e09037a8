-- $1 warehouse
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    w.code AS warehouse,
    pl.code AS place,
    ow.code AS owner,
    i.sku,
    lo.number AS lot,
    CASE WHEN isfinite(lo.last_good_day) THEN lo.last_good_day::text ELSE '' END AS last_good_day,
    sk.status,
    sk.on_hand AS qty
  FROM stock sk
  JOIN warehouse w ON w.id = sk.warehouse_id
  JOIN place pl ON pl.id = sk.place_id AND pl.stores
  JOIN bin b ON b.place_id = pl.bin_id
  JOIN owner ow ON ow.id = sk.owner_id
  JOIN item i ON i.id = sk.item_id
  JOIN lot lo ON lo.id = sk.lot_id
  WHERE sk.on_hand > 0 AND ($1::bigint IS NULL OR w.id = $1)
  ORDER BY w.code, b.seq, pl.code, i.sku, lo.last_good_day
) x
