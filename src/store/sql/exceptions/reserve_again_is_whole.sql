-- $1 shipment
SELECT EXISTS (
  SELECT 1
  FROM shipment
  WHERE id = $1 AND state IN ('released', 'picking', 'picked', 'packing', 'packed', 'handed_over')
)
  AND NOT EXISTS (
    SELECT 1
    FROM shipment_line sl
    JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
    WHERE sl.shipment_id = $1 AND p.open > 0
  ) AS "there!"
