-- $1 rule, $2 than, $3 person, $4 hook
UPDATE alert_rule
SET
  than = coalesce($2, than),
  person_id = CASE
    WHEN $3::text IS NULL THEN person_id
    ELSE (SELECT id FROM person WHERE code = $3)
  END,
  hook = coalesce($4, hook)
WHERE id = $1
  AND ($3::text IS NULL OR $3 = '' OR EXISTS (SELECT 1 FROM person WHERE code = $3))
