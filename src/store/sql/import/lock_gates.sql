-- $1 rows
SELECT lock_promise_gates(g.warehouse_id, g.items) IS NULL AS "locked"
FROM (
  SELECT w.id AS warehouse_id, array_agg(DISTINCT i.id) AS items
  FROM jsonb_to_recordset($1) AS x(data jsonb)
  JOIN warehouse w ON w.id = warehouse_of(x.data ->> 'warehouse')
  JOIN item i
    ON i.owner_id = owner_of(x.data ->> 'owner')
      AND upper(i.sku) = upper(x.data ->> 'sku')
  GROUP BY w.id
  ORDER BY w.id
) g
