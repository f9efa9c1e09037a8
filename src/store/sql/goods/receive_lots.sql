-- $1 rows
INSERT INTO lot (owner_id, item_id, number, last_good_day)
SELECT DISTINCT i.owner_id, i.id, coalesce(x.lot, ''), coalesce(x.last_good_day, 'infinity')
FROM jsonb_to_recordset($1) AS x(sku text, lot text, last_good_day date)
JOIN item i ON i.sku = x.sku
ON CONFLICT ON CONSTRAINT lot_once
DO NOTHING
