-- $1 rows
INSERT INTO item (
  owner_id, sku, name_en, name_zh, size, colour, weight_g, shelf_life, shelf_life_unit,
  min_life_days, stop_sale_days
)
SELECT
  default_owner(),
  x.sku,
  x.name_en,
  x.name_zh,
  coalesce(x.size, ''),
  coalesce(x.colour, ''),
  x.weight_g,
  x.shelf_life,
  x.shelf_life_unit,
  x.min_life_days,
  x.stop_sale_days
FROM jsonb_to_recordset($1) AS x(
  sku text, name_en text, name_zh text, size text, colour text, weight_g bigint, shelf_life int,
  shelf_life_unit text, min_life_days int, stop_sale_days int
)
