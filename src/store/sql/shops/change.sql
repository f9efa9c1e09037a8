-- $1 id, $2 url, $3 options, $4 min_life_days, $5 notify, $6 no_answer
UPDATE shop
SET
  url = coalesce($2, url), options = $3, min_life_days = coalesce($4, min_life_days),
  notify = coalesce($5, notify), no_answer = coalesce($6, no_answer)
WHERE id = $1
