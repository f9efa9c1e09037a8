-- $1 code, $2 badge
WITH rebadged AS (
  UPDATE person
  SET badge = $2
  WHERE code = $1 AND role <> 'system'
  RETURNING id
), signed_off AS (
  -- Whoever has the old one speaks for the person no more.
  UPDATE standing sd
  SET session = NULL
  FROM rebadged
  WHERE sd.person_id = rebadged.id
)
SELECT id
FROM rebadged
