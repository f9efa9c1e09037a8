-- $1 limit
SELECT warehouse_id, array_agg(id ORDER BY id) AS "ids!", count(*) FILTER (WHERE fresh) AS "fresh!"
FROM (
  (
    SELECT s.warehouse_id, s.id, true AS fresh
    FROM shipment s
    WHERE s.state = 'pending'
      AND s.reason = ''
      AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = s.id)
    ORDER BY s.id
    LIMIT $1
  )
  UNION ALL (
    SELECT s.warehouse_id, s.id, false
    FROM shipment s
    WHERE s.state = 'pending'
      AND s.reason <> ''
      AND NOT EXISTS (SELECT 1 FROM shipment_hold sho WHERE sho.shipment_id = s.id)
      AND NOT EXISTS (
        SELECT 1
        FROM shipment_line sl
        WHERE sl.shipment_id = s.id
          AND NOT EXISTS (
            SELECT 1
            FROM promise p
            WHERE p.shipment_line_id = sl.id AND p.ended_at IS NULL
          )
          AND sl.qty > (
            SELECT coalesce(sum(se.free), 0)
            FROM sellable se
            WHERE se.warehouse_id = s.warehouse_id
              AND se.owner_id = sl.owner_id
              AND se.item_id = sl.item_id
          ) - (
            SELECT coalesce(sum(other_p.open), 0)
            FROM promise other_p
            WHERE other_p.warehouse_id = s.warehouse_id
              AND other_p.owner_id = sl.owner_id
              AND other_p.item_id = sl.item_id
              AND other_p.ended_at IS NULL
          )
      )
    ORDER BY s.id
    LIMIT $1
  )
) p
GROUP BY 1
ORDER BY 1
