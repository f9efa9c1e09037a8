-- $1 warehouse, $2 ids
SELECT lock_promise_gates(
  $1,
  (
    SELECT array_agg(DISTINCT item_id)
    FROM shipment_line
    WHERE shipment_id = ANY ($2)
  )
)
