-- $1 warehouse
SELECT
  k.id,
  k.name,
  k.doing AS "doing!",
  k.trip AS "trip!",
  to_char(
    k.updated_at AT TIME ZONE k.tz, 'HH24:MI'
  ) || to_char(now() - k.updated_at, ' (FMHH24:MI)') AS "since!"
FROM (
  SELECT
    pe.id,
    pe.name,
    ih.updated_at,
    w.tz,
    coalesce(t.trip_no, '') AS trip,
    CASE
      WHEN NOT ih.signed_on THEN 'away'
      WHEN ih.activity IS NULL OR (ih.activity = 'pick' AND t.id IS NULL) THEN 'idle'
      ELSE ih.activity
    END AS doing
  FROM in_hand ih
  JOIN person pe ON pe.id = ih.person_id AND pe.active
  JOIN warehouse w ON w.id = $1
  LEFT JOIN trip t ON t.person_id = pe.id AND t.state = 'claimed'
  WHERE coalesce(pe.warehouse_id, $1) = $1
) k
ORDER BY array_position(ARRAY['away', 'idle'], k.doing) DESC NULLS LAST, k.updated_at
LIMIT 100
