-- $1 person, $2 codes
INSERT INTO person_warehouse (person_id, warehouse_id)
SELECT $1, w.id
FROM warehouse w
WHERE w.code = ANY ($2)
