-- $1 kept_days
SELECT
  sea.id, sea.mac, sea.key_id, sea.row_count, sea.upto_id,
  coalesce(before_sea.upto_id, 0) AS "after_id!",
  coalesce(before_sea.mac, '') AS "before!",
  dg.row_count AS "rows_now!",
  dg.digest AS "digest!"
FROM (
  SELECT *
  FROM audit_seal
  WHERE dropped_at IS NULL AND at < now() - make_interval(days => $1)
  ORDER BY upto_id
  LIMIT 1
) sea
LEFT JOIN LATERAL (
  SELECT upto_id, mac
  FROM audit_seal
  WHERE upto_id < sea.upto_id
  ORDER BY upto_id DESC
  LIMIT 1
) before_sea ON true
CROSS JOIN LATERAL audit_digest(coalesce(before_sea.upto_id, 0), sea.upto_id) dg
