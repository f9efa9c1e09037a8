-- $1 rows, $2 warehouse, $3 person, $4 command
INSERT INTO movement (
  warehouse_id, owner_id, item_id, lot_id, qty, from_place, to_place, reason, person_id, command
)
SELECT $2, i.owner_id, i.id, lo.id, x.qty, vp.id, pl.id, 'receive', $3, $4
FROM jsonb_to_recordset($1) AS x(place text, sku text, lot text, last_good_day date, qty bigint)
JOIN item i ON i.sku = x.sku
JOIN lot lo
  ON lo.item_id = i.id
    AND lo.number = coalesce(x.lot, '')
    AND lo.last_good_day = coalesce(x.last_good_day, 'infinity')
JOIN place pl ON pl.warehouse_id = $2 AND pl.code = x.place
JOIN place vp ON vp.warehouse_id = $2 AND vp.code = 'SUPPLIER'
