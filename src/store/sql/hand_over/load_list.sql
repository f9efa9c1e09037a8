-- $1 list_id
SELECT
  h.id,
  h.code,
  ca.name,
  (SELECT count(*) FROM hand_over_parcel hp WHERE hp.hand_over_id = h.id) AS "parcels!",
  (
    SELECT pc.sscc
    FROM parcel pc
    WHERE pc.place_id = (
      SELECT hp.parcel_id
      FROM hand_over_parcel hp
      WHERE hp.hand_over_id = h.id
      ORDER BY hp.seq DESC
      LIMIT 1
    )
  ) AS last
FROM hand_over h
JOIN carrier ca ON ca.id = h.carrier_id
WHERE h.id = $1 AND h.closed_at IS NULL
