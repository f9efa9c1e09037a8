-- $1 id
SELECT
  hd.hold_no,
  hd.subject,
  hd.subject_id,
  hold_subject(hd) AS "name!",
  hd.reason,
  hd.note,
  hd.by,
  to_char(hd.since AT TIME ZONE site_tz(), 'MM-DD HH24:MI') AS "since!",
  to_char(hd.lifted_at AT TIME ZONE site_tz(), 'MM-DD HH24:MI') AS lifted,
  coalesce(hd.lifted_by, '') AS "lifted_by!",
  hd.by <> 'system' AS "by_hand!"
FROM hold hd
WHERE hd.id = $1
