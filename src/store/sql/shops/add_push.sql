-- $1 id
INSERT INTO job (kind, shop_id, next_at)
SELECT
  k.kind,
  sp.id,
  CASE
    WHEN k.kind = 'push' THEN now()
    ELSE coalesce(
      (
        SELECT (today(w.id) + 1 + time '03:00') AT TIME ZONE w.tz
        FROM warehouse w
        ORDER BY w.id
        LIMIT 1
      ),
      now()
    )
  END
FROM shop sp, unnest(ARRAY['push', 'compare']) AS k(kind)
WHERE sp.id = $1 AND sp.channel NOT IN ('file', 'folder')
