-- $1 warehouse, $2 wave
SELECT lock_promise_gates(
  $1,
  (
    SELECT array_agg(DISTINCT sl.item_id)
    FROM shipment s
    JOIN shipment_line sl ON sl.shipment_id = s.id
    WHERE s.wave_id = $2 AND s.state = 'released'
  )
)
