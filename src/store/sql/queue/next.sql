-- $1 warehouse, $2 rights
SELECT
  qu.kind AS "kind!",
  CASE
    WHEN qu.due_at = 'infinity' THEN ''
    WHEN (qu.due_at AT TIME ZONE w.tz)::date = today(w.id)
      THEN to_char(qu.due_at AT TIME ZONE w.tz, 'HH24:MI')
    ELSE to_char(qu.due_at AT TIME ZONE w.tz, 'MM-DD HH24:MI')
  END AS "due!"
FROM queue qu
JOIN warehouse w ON w.id = qu.warehouse_id
WHERE qu.warehouse_id = $1 AND qu.kind = ANY ($2)
ORDER BY qu.priority DESC, qu.due_at, qu.kind
LIMIT 1
