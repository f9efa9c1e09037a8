-- $1 lease_s
WITH due AS (
  SELECT own_pj.id, own_pj.copy OR own_pj.state = 'unknown' AS copy
  FROM print_job own_pj
  JOIN label own_la ON own_la.id = own_pj.label_id AND own_la.bytes IS NOT NULL
  WHERE own_pj.done_at IS NULL
    AND own_pj.next_at <= now()
    AND NOT EXISTS (
      SELECT 1
      FROM print_job before_pj
      WHERE before_pj.printer_id = own_pj.printer_id
        AND before_pj.done_at IS NULL
        AND before_pj.id < own_pj.id
        AND EXISTS (
          SELECT 1
          FROM label before_la
          WHERE before_la.id = before_pj.label_id AND before_la.bytes IS NOT NULL
        )
    )
  ORDER BY own_pj.id
  FOR UPDATE OF own_pj SKIP LOCKED
  LIMIT 1
)
UPDATE print_job pj
SET
  state = 'unknown',
  copy = due.copy,
  fencing_token = pj.fencing_token + 1,
  attempts = pj.attempts + 1,
  next_at = now() + make_interval(secs => $1)
FROM due, label la, printer pr
WHERE pj.id = due.id AND la.id = pj.label_id AND pr.id = pj.printer_id
RETURNING
  pj.id, pj.fencing_token, pj.copy, pr.url, pr.dpi, pr.answers, la.bytes AS "bytes!"
