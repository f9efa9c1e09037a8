-- $1 ids
SELECT
  (SELECT max(priority) FROM shipment WHERE id = ANY ($1)) AS "priority!",
  array_agg(hd.reason ORDER BY hd.id) AS reasons,
  array_agg(hd.note ORDER BY hd.id) AS notes,
  array_agg(hd.by ORDER BY hd.id) AS by
FROM hold hd
WHERE hd.subject = 'shipment'
  AND hd.subject_id = ANY ($1)
  AND hd.lifted_at IS NULL
  AND hd.by <> 'system'
