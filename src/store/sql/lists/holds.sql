-- $1 live_only, $2 limit, $3 person
-- Those that stand before those that were lifted, the newest first.
SELECT
  hd.id AS "id!",
  hd.hold_no AS "hold_no!",
  hd.subject || ' ' || coalesce(hd.name, '') AS "subject!",
  hd.reason AS "reason!",
  hd.note AS "note!",
  hd.by AS "by!",
  unix_s(hd.since) AS "since!: Instant",
  unix_s(hd.lifted_at) AS "lifted_at: Instant",
  hd.subject AS "kind!",
  coalesce(hd.name, '') AS "name!",
  hd.subject_id AS "subject_id!"
FROM (
  (
    SELECT live_hd.*, hold_subject(live_hd) AS name
    FROM hold live_hd
    WHERE live_hd.lifted_at IS NULL
      AND ((SELECT NOT is_limited($3)) OR sees_hold($3, live_hd.id))
    ORDER BY live_hd.id DESC
    LIMIT $2
  )
  UNION ALL (
    SELECT past_hd.*, hold_subject(past_hd)
    FROM hold past_hd
    WHERE NOT $1
      AND past_hd.lifted_at IS NOT NULL
      AND ((SELECT NOT is_limited($3)) OR sees_hold($3, past_hd.id))
    ORDER BY past_hd.id DESC
    LIMIT $2
  )
) hd
ORDER BY (hd.lifted_at IS NULL) DESC, hd.id DESC
LIMIT $2
