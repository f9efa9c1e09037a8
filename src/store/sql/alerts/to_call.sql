-- $1 seconds
-- What is to be told to a hook; nobody else takes it up meanwhile.
WITH due AS (
  SELECT al.id, al.rule_id, al.warehouse_id
  FROM alert al
  WHERE al.call_at <= now()
  ORDER BY al.call_at
  LIMIT 20
  FOR UPDATE SKIP LOCKED
)
UPDATE alert al
SET call_at = now() + make_interval(secs => $1), calls = al.calls + 1
FROM due
JOIN alert_rule ru ON ru.id = due.rule_id
LEFT JOIN warehouse w ON w.id = due.warehouse_id
WHERE al.id = due.id
RETURNING
  al.id,
  ru.hook,
  al.calls,
  json_build_object(
    'id', al.id,
    'kind', ru.kind,
    'subject', al.subject,
    'n', al.n,
    'warehouse', w.code,
    'since', to_char(al.since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
  ) AS "body!"
