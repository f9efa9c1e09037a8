-- $1 id, $2 found
SELECT put_back_from(e.warehouse_id, ARRAY[e.place_id])
FROM exception e
JOIN bench be ON be.place_id = e.place_id
WHERE e.id = $1 AND $2::bigint > 0
