-- $1 parcel
WITH n AS (
  UPDATE carrier ca
  SET waybill_next = waybill_next + 1
  FROM parcel pc
  WHERE pc.place_id = $1 AND ca.id = pc.carrier_id AND ca.waybill_next <= ca.waybill_last
  RETURNING ca.waybill_prefix, ca.waybill_next - 1 AS serial
)
UPDATE parcel
SET waybill = n.waybill_prefix || n.serial
FROM n
WHERE place_id = $1
