-- $1 shop
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT li.code, i.sku, ow.code AS owner, li.reference, li.share_pct, li.safety, li.cap
  FROM listing li
  JOIN item i ON i.id = li.item_id
  JOIN owner ow ON ow.id = i.owner_id
  JOIN shop sp ON sp.id = li.shop_id
  WHERE $1::text IS NULL OR sp.code = $1
  ORDER BY sp.code, li.code
) x
