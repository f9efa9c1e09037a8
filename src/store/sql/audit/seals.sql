SELECT
  k.id, k.mac, k.key_id, k.drop_mac, k.row_count, k.upto_id,
  k.after_id AS "after_id!",
  coalesce(dg.row_count, 0) AS "rows_now!",
  coalesce(dg.digest, '') AS "digest!"
FROM (
  SELECT
    sea.id, sea.mac, sea.key_id, sea.drop_mac, sea.row_count, sea.upto_id,
    lag(sea.upto_id, 1, 0) OVER (ORDER BY sea.upto_id) AS after_id
  FROM audit_seal sea
) k
LEFT JOIN LATERAL audit_digest(k.after_id, k.upto_id) dg ON k.drop_mac IS NULL
ORDER BY k.upto_id
