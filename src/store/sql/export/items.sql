SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    i.sku,
    i.name_en,
    i.name_zh,
    i.size,
    i.colour,
    ow.code AS owner,
    bc.code AS barcode,
    pk.level AS pack,
    pk.units,
    i.weight_g,
    i.volume_ml,
    i.shelf_life,
    i.shelf_life_unit,
    CASE
      WHEN i.min_life_pct > 0 THEN i.min_life_pct || '%'
      ELSE i.min_life_days::text
    END AS min_life,
    i.stop_sale_days,
    CASE WHEN i.lot_tracked THEN 1 ELSE 0 END AS lot_tracked
  FROM item i
  JOIN owner ow ON ow.id = i.owner_id
  LEFT JOIN pack pk ON pk.item_id = i.id
  LEFT JOIN barcode bc ON bc.pack_id = pk.id
  ORDER BY i.sku, pk.units, bc.code
) x
