-- $1 trip
SELECT
  pe.id,
  pe.name,
  ih.counted AS "counted?",
  i.sku AS "sku?",
  pl.code AS "place?"
FROM trip t
JOIN person pe ON pe.id = t.person_id
LEFT JOIN in_hand ih ON ih.person_id = pe.id
LEFT JOIN reservation r ON r.id = ih.picked_reservation_id AND r.ended_at IS NULL
LEFT JOIN item i ON i.id = r.item_id
LEFT JOIN place pl ON pl.id = r.place_id
WHERE t.id = $1 AND t.state = 'claimed'
