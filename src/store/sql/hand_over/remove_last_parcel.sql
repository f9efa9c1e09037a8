-- $1 list
WITH last AS (
  SELECT parcel_id
  FROM hand_over_parcel hp
  JOIN hand_over h ON h.id = hp.hand_over_id AND h.closed_at IS NULL
  WHERE hp.hand_over_id = $1
  ORDER BY hp.seq DESC
  LIMIT 1
), off AS (
  DELETE FROM hand_over_parcel
  USING last
  WHERE hand_over_parcel.parcel_id = last.parcel_id
  RETURNING hand_over_parcel.parcel_id
)
SELECT pc.sscc
FROM off
JOIN parcel pc ON pc.place_id = off.parcel_id
