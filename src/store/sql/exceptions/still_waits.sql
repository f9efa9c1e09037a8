-- $1 exception
-- Does what it is about wait for goods, or for somebody who says what they are?
SELECT (
  EXISTS (SELECT 1 FROM shipment s WHERE s.id = e.shipment_id AND s.state = 'pending')
  OR EXISTS (
    SELECT 1
    FROM shipment_line sl
    JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL AND p.broken > 0
    WHERE sl.shipment_id = e.shipment_id
  )
  OR EXISTS (
    SELECT 1
    FROM orders o
    JOIN order_line ol ON ol.order_id = o.id
    WHERE o.id = e.order_id
      AND e.reason IN ('unknown_item', 'no_carrier')
      AND o.status = 'paid'
      AND not_taken_on(ol) > 0
  )
) AS "waits!"
FROM exception e
WHERE e.id = $1
