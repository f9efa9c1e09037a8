-- $1 warehouse, $2 person, $3 number
INSERT INTO wave (warehouse_id, wave_no, released_by)
VALUES (
  $1,
  CASE
    WHEN $3 THEN 'W' || lpad(nextval('wave_number')::text, 5, '0')
    ELSE 'R' || pg_current_xact_id()::text
  END,
  $2
)
RETURNING id, wave_no
