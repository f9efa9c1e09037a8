-- $1 role, $2 shops
-- These and no others; of none every shop.
WITH wanted AS (
  SELECT ro.id AS role_id, sp.id AS shop_id
  FROM role ro
  JOIN shop sp ON sp.code = ANY ($2)
  WHERE ro.code = $1
), gone AS (
  DELETE FROM role_shop rls
  USING role ro
  WHERE ro.code = $1
    AND rls.role_id = ro.id
    AND rls.shop_id NOT IN (SELECT shop_id FROM wanted)
)
INSERT INTO role_shop (role_id, shop_id)
SELECT role_id, shop_id
FROM wanted
ON CONFLICT DO NOTHING
