-- $1 ids
SELECT
  (SELECT max(priority) FROM shipment WHERE id = ANY ($1)) AS "priority!",
  array_agg(k.reason) AS reasons,
  array_agg(k.note) AS notes,
  array_agg(k.by) AS by
FROM (
  SELECT DISTINCT hd.reason, hd.note, hd.by
  FROM hold hd
  WHERE hd.subject = 'shipment'
    AND hd.subject_id = ANY ($1)
    AND hd.lifted_at IS NULL
    AND hd.by <> 'system'
) k
