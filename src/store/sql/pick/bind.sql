-- $1 trip, $2 shipment
UPDATE tote_use
SET full_at = now()
WHERE trip_id = $1 AND shipment_id IS NOT DISTINCT FROM $2 AND freed_at IS NULL AND full_at IS NULL
