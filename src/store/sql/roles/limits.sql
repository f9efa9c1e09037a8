-- $1 role_id
SELECT k.code AS "code!", k.is_set AS "is_set!"
FROM (
  SELECT
    1 AS n,
    'owner:' || ow.code AS code,
    EXISTS (
      SELECT 1
      FROM role_owner rlo
      WHERE rlo.role_id = $1 AND rlo.owner_id = ow.id
    ) AS is_set
  FROM owner ow
  UNION ALL
  SELECT
    2,
    'shop:' || sp.code,
    EXISTS (SELECT 1 FROM role_shop rls WHERE rls.role_id = $1 AND rls.shop_id = sp.id)
  FROM shop sp
) k
ORDER BY k.n, k.code
