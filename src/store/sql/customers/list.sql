-- $1 limit
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    sp.code AS shop,
    cu.code AS customer,
    CASE WHEN cu.min_life_pct > 0 THEN cu.min_life_pct || '%' ELSE cu.min_life_days::text END
      AS min_life,
    cu.priority
  FROM customer cu
  JOIN shop sp ON sp.id = cu.shop_id
  WHERE cu.min_life_days > 0 OR cu.min_life_pct > 0 OR cu.priority <> 0
  ORDER BY sp.code, cu.code
  LIMIT $1
) x
