-- $1 shop, $2 on, $3 share_pct, $4 safety, $5 cap, $6 low_at
UPDATE shop
SET
  pushes = coalesce($2, pushes), share_pct = coalesce($3, share_pct), safety = coalesce($4, safety),
  cap = coalesce($5, cap), low_at = coalesce($6, low_at)
WHERE code = $1
