-- $1 code, $2 channel, $3 url, $4 key_id, $5 secret, $6 min_life_days, $7 min_life_pct, $8 notify,
-- $9 no_answer, $10 options
INSERT INTO shop (
  code, channel, url, key_id, secret, min_life_days, min_life_pct, notify, no_answer, options
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
RETURNING id
