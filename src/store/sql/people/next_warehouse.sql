-- $1 person
WITH mine AS (
  SELECT pe.id, w.id AS warehouse_id, w.code, works_in(pe.id, pe.warehouse_id) AS now_in
  FROM person pe
  CROSS JOIN warehouse w
  WHERE pe.id = $1
    AND (
      NOT EXISTS (SELECT 1 FROM person_warehouse pw WHERE pw.person_id = pe.id)
      OR EXISTS (
        SELECT 1
        FROM person_warehouse pw
        WHERE pw.person_id = pe.id AND pw.warehouse_id = w.id
      )
    )
    AND NOT EXISTS (SELECT 1 FROM trip t WHERE t.person_id = pe.id AND t.state = 'claimed')
    AND NOT EXISTS (SELECT 1 FROM task tk WHERE tk.person_id = pe.id AND tk.state = 'claimed')
), next AS (
  SELECT m.id, m.warehouse_id, m.code
  FROM mine m
  WHERE m.warehouse_id <> m.now_in
  ORDER BY m.code <= (SELECT code FROM mine WHERE warehouse_id = now_in), m.code
  LIMIT 1
)
UPDATE person pe
SET warehouse_id = next.warehouse_id
FROM next
WHERE pe.id = next.id
RETURNING next.code
