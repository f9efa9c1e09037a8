-- $1 code, $2 shop, $3 owner, $4 country, $5 province, $6 city, $7 postcode, $8 parts
INSERT INTO route AS rt (code, shop_id, owner_id, country, province, city, postcode, parts)
VALUES (
  $1,
  (SELECT sp.id FROM shop sp WHERE sp.code = $2),
  (SELECT ow.id FROM owner ow WHERE ow.code = $3),
  coalesce($4, ''),
  coalesce($5, ''),
  coalesce($6, ''),
  coalesce($7, ''),
  coalesce($8, false)
)
ON CONFLICT ON CONSTRAINT route_code_once
DO UPDATE SET
  shop_id = CASE WHEN $2::text IS NULL THEN rt.shop_id ELSE excluded.shop_id END,
  owner_id = CASE WHEN $3::text IS NULL THEN rt.owner_id ELSE excluded.owner_id END,
  country = coalesce($4, rt.country), province = coalesce($5, rt.province),
  city = coalesce($6, rt.city), postcode = coalesce($7, rt.postcode),
  parts = coalesce($8, rt.parts)
RETURNING rt.id
