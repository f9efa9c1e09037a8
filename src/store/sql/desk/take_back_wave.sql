-- $1 wave
UPDATE wave
SET state = CASE
  WHEN EXISTS (SELECT 1 FROM trip WHERE wave_id = $1 AND state IN ('open', 'claimed'))
    THEN 'released'
  ELSE 'taken_back'
END
WHERE id = $1
