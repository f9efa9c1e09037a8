-- $1 limit
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    hd.hold_no,
    hd.subject || ' ' || hold_subject(hd) AS subject,
    hd.reason,
    hd.note,
    hd.by,
    to_char(hd.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
    to_char(hd.lifted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS lifted_at
  FROM (
    (SELECT * FROM hold WHERE lifted_at IS NULL ORDER BY id DESC LIMIT $1)
    UNION ALL
    (SELECT * FROM hold WHERE lifted_at IS NOT NULL ORDER BY id DESC LIMIT $1)
  ) hd
  ORDER BY (hd.lifted_at IS NULL) DESC, hd.id DESC
  LIMIT $1
) x
