-- $1 shop, $2 code, $3 min_life_days, $4 min_life_pct, $5 priority
INSERT INTO customer AS cu (shop_id, code, min_life_days, min_life_pct, priority)
SELECT sp.id, $2, coalesce($3, 0), coalesce($4, 0), coalesce($5, 0)
FROM shop sp
WHERE sp.code = $1
ON CONFLICT ON CONSTRAINT customer_once
DO UPDATE SET
  min_life_days = coalesce($3, cu.min_life_days),
  min_life_pct = coalesce($4, cu.min_life_pct),
  priority = coalesce($5, cu.priority)
