-- $1 id
SELECT h.code, ca.name, h.closed_at IS NULL AS "open!"
FROM hand_over h
JOIN carrier ca ON ca.id = h.carrier_id
WHERE h.id = $1
