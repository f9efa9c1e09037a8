-- $1 command
SELECT
  sum(m.qty)::bigint AS "units!",
  i.name_en AS "en!",
  i.name_zh AS "zh!",
  i.variant AS "variant!"
FROM movement m
JOIN parcel pc ON pc.place_id = m.to_place AND pc.state = 'open'
JOIN item i ON i.id = m.item_id
WHERE m.command = $1 AND m.reason = 'pack'
GROUP BY i.id
