-- $1 shipment
UPDATE trip t
SET state = 'cancelled'
WHERE t.state = 'open'
  AND t.id IN (SELECT trip_id FROM trip_shipment WHERE shipment_id = $1)
  AND NOT EXISTS (
    SELECT 1
    FROM stop st
    JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
    WHERE st.trip_id = t.id
  )
