-- $1 limit
SELECT row_to_json(x) AS "row!"
FROM (
  SELECT
    hd.hold_no,
    concat_ws(
      ' ', hd.subject, coalesce(i.sku || '/' || lo.number, held.sku, pl.code, ow.code)
    ) AS subject,
    hd.reason,
    hd.note,
    hd.by,
    to_char(hd.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS since,
    to_char(hd.lifted_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS lifted_at
  FROM hold hd
  LEFT JOIN lot lo ON hd.subject = 'lot' AND lo.id = hd.subject_id
  LEFT JOIN item i ON i.id = lo.item_id
  LEFT JOIN item held ON hd.subject = 'item' AND held.id = hd.subject_id
  LEFT JOIN place pl ON hd.subject IN ('place', 'container') AND pl.id = hd.subject_id
  LEFT JOIN owner ow ON hd.subject = 'owner' AND ow.id = hd.subject_id
  ORDER BY (hd.lifted_at IS NULL) DESC, hd.id DESC
  LIMIT $1
) x
