-- $1 person, $2 work, $3 zone
UPDATE person
SET
  offered_work = CASE
    WHEN $2::text IS NULL THEN offered_work
    WHEN $2 = ANY (offered_work) THEN array_remove(offered_work, $2)
    ELSE offered_work || $2
  END,
  offered_zones = CASE
    WHEN $3::text IS NULL THEN offered_zones
    WHEN $3 = ANY (offered_zones) THEN array_remove(offered_zones, $3)
    ELSE offered_zones || $3
  END
WHERE id = $1 AND role <> 'system'
