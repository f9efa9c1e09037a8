-- $1 list
WITH last AS (
  SELECT parcel_id
  FROM handover_parcel hp
  JOIN handover h ON h.id = hp.handover_id AND h.closed_at IS NULL
  WHERE hp.handover_id = $1
  ORDER BY hp.seq DESC
  LIMIT 1
), off AS (
  DELETE FROM handover_parcel
  USING last
  WHERE handover_parcel.parcel_id = last.parcel_id
  RETURNING handover_parcel.parcel_id
)
SELECT pc.sscc
FROM off
JOIN parcel pc ON pc.place_id = off.parcel_id
