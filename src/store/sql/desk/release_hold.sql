-- $1 shipment
UPDATE shipment s
SET
  reason = '',
  hold_note = '',
  state = CASE
    WHEN EXISTS (
      SELECT 1
      FROM shipment_line sl
      JOIN promise p ON p.shipment_line_id = sl.id AND p.ended_at IS NULL
      WHERE sl.shipment_id = s.id
    )
      THEN 'ready'
    ELSE 'pending'
  END
WHERE id = $1 AND state = 'held' AND reason <> 'no_receiver'
