-- $1 wave, $2 zone
UPDATE shipment
SET wave_id = NULL
WHERE id IN (
  SELECT wp.shipment_id
  FROM wave_plan wp
  JOIN place pl ON pl.id = wp.place_id
  JOIN bin b ON b.place_id = pl.bin_id
  WHERE wp.wave_id = $1 AND b.zone <> $2
)
