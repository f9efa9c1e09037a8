-- $1 trips
UPDATE trip
SET state = 'cancelled'
WHERE id = ANY ($1)
  AND NOT EXISTS (
    SELECT 1
    FROM stop st
    JOIN reservation r ON r.stop_id = st.id AND r.ended_at IS NULL
    WHERE st.trip_id = trip.id
  )
