-- $1 id, $2 url, $3 options, $4 min_life_days, $5 min_life_pct, $6 notify, $7 no_answer,
-- $8 permits_parts, $9 owner, $10 carrier
UPDATE shop
SET
  url = coalesce($2, url), options = $3, min_life_days = coalesce($4, min_life_days),
  min_life_pct = coalesce($5, min_life_pct), notify = coalesce($6, notify),
  no_answer = coalesce($7, no_answer), permits_parts = coalesce($8, permits_parts),
  owner_id = coalesce((SELECT ow.id FROM owner ow WHERE ow.code = $9), owner_id),
  carrier_id = coalesce((SELECT ca.id FROM carrier ca WHERE ca.code = $10), carrier_id)
WHERE id = $1
