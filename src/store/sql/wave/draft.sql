-- $1 warehouse, $2 person, $3 number
INSERT INTO wave (warehouse_id, wave_no, released_by)
VALUES (
  $1,
  CASE
    WHEN $3 THEN next_number('W', 'wave_number', 5)
    ELSE 'R' || pg_current_xact_id()::text
  END,
  $2
)
RETURNING id, wave_no
