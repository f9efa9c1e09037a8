SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    ow.code AS owner,
    (SELECT count(*) FROM item i WHERE i.owner_id = ow.id) AS items,
    (
      SELECT coalesce(string_agg(sp.code, ' ' ORDER BY sp.code), '')
      FROM shop sp
      WHERE sp.owner_id = ow.id
    ) AS shops
  FROM owner ow
  ORDER BY ow.code
) x
