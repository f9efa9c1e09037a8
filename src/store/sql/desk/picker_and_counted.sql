-- $1 trip
SELECT
  pe.id,
  pe.name,
  (sd.step -> 'pick' ->> 'counted')::bigint AS counted,
  i.sku AS "sku?",
  pl.code AS "place?"
FROM trip t
JOIN person pe ON pe.id = t.person_id
LEFT JOIN standing sd ON sd.person_id = pe.id
LEFT JOIN reservation r
  ON r.id = (sd.step -> 'pick' ->> 'reservation_id')::bigint
    AND r.ended_at IS NULL
LEFT JOIN item i ON i.id = r.item_id
LEFT JOIN place pl ON pl.id = r.place_id
WHERE t.id = $1 AND t.state = 'claimed'
