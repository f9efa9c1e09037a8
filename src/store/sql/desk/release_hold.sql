-- $1 shipment
UPDATE shipment s
SET
  reason = '',
  hold_note = '',
  state = CASE
    WHEN EXISTS (
      SELECT 1
      FROM shipment_line sl
      WHERE sl.shipment_id = s.id
        AND NOT EXISTS (
          SELECT 1
          FROM promise p
          WHERE p.shipment_line_id = sl.id AND p.ended_at IS NULL
        )
    )
      THEN 'pending'
    ELSE 'ready'
  END
WHERE id = $1 AND state = 'held' AND reason <> 'no_receiver'
