-- $1 most, $2 lease_s, $3 kept_s
WITH forgotten AS (
  -- Nobody waits for it any more.
  DELETE FROM question
  WHERE asked_at < now() - make_interval(secs => $3)
), due AS (
  SELECT own_qn.id
  FROM question own_qn
  WHERE own_qn.answer IS NULL
    AND own_qn.claimed_until < now()
    AND own_qn.asked_at >= now() - make_interval(secs => $3)
  ORDER BY own_qn.id
  FOR UPDATE SKIP LOCKED
  LIMIT $1
)
UPDATE question qn
SET fencing_token = qn.fencing_token + 1, claimed_until = now() + make_interval(secs => $2)
FROM due
WHERE qn.id = due.id
RETURNING qn.id, qn.parcel_id, qn.kind, qn.fencing_token
