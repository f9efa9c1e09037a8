-- $1 upto_id
SELECT k.after_id AS "after_id!", dg.row_count AS "row_count!", dg.digest AS "digest!"
FROM (SELECT coalesce(max(sea.upto_id), 0) AS after_id FROM audit_seal sea) k
CROSS JOIN LATERAL audit_digest(k.after_id, $1) dg
