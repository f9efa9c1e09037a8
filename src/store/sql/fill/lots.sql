-- $1 warehouse, $2 days
INSERT INTO lot (owner_id, item_id, number, last_good_day)
SELECT
  i.owner_id,
  i.id,
  CASE WHEN i.lot_tracked THEN 'F' || part ELSE '' END,
  CASE WHEN i.lot_tracked THEN today($1) + $2::int * part ELSE 'infinity'::date END
FROM item i
CROSS JOIN generate_series(1, 2) part
WHERE i.id IN (
  SELECT sl.item_id
  FROM shipment_line sl
  JOIN shipment s ON s.id = sl.shipment_id
  WHERE s.warehouse_id = $1 AND s.state = 'pending'
)
ON CONFLICT ON CONSTRAINT lot_once
DO NOTHING
