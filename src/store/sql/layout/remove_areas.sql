-- $1 warehouse, $2 codes
DELETE FROM area
WHERE warehouse_id = $1 AND code = ANY ($2)
