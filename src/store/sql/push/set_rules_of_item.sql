-- $1 shop, $2 item, $3 share_pct, $4 safety, $5 cap
UPDATE listing li
SET
  share_pct = coalesce($3, li.share_pct), safety = coalesce($4, li.safety),
  cap = coalesce($5, li.cap)
FROM shop sp
WHERE sp.id = li.shop_id AND sp.code = $1 AND li.code = upper($2)
