-- $1 subject, $2 subject_id
SELECT
  hd.id,
  hd.hold_no,
  hd.reason,
  hd.note,
  hd.by,
  unix_s(hd.since) AS "since!: Instant",
  -- A person lets go what a person holds, and where it is held.
  hd.by <> 'system' AND hd.subject = $1 AND hd.subject_id = $2 AS "by_hand!"
FROM hold hd
WHERE hd.lifted_at IS NULL
  AND (
    (hd.subject = $1 AND hd.subject_id = $2)
    OR ($1 = 'shipment' AND hd.id IN (SELECT id FROM shipment_hold WHERE shipment_id = $2))
  )
ORDER BY hd.id DESC
