-- $1 go_on
SELECT NOT EXISTS (
  SELECT 1
  FROM order_line ol
  WHERE ol.order_id = ANY ($1)
    AND (
      not_taken_on(ol) > 0
      OR (
        not_taken_on(ol) < 0
        AND EXISTS (
          SELECT 1
          FROM share sh
          JOIN shipment_line sl ON sl.id = sh.shipment_line_id
          JOIN shipment s ON s.id = sl.shipment_id
          WHERE sh.order_line_id = ol.id AND s.state NOT IN ('handed_over', 'cancelled')
        )
      )
    )
) AS "same!"
