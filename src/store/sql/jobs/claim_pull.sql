-- $1 pull_lease_s, $2 pull_overlap_s, $3 folder, $4 but
WITH due AS (
  SELECT j.id
  FROM job j
  JOIN shop sp ON sp.id = j.shop_id AND (sp.channel = 'folder') = $3
  WHERE j.kind = 'pull'
    AND j.id <> ALL ($4)
    AND j.next_at <= now()
    AND (j.lease_until IS NULL OR j.lease_until < now())
  ORDER BY j.next_at
  FOR UPDATE OF j SKIP LOCKED
  LIMIT 1
)
UPDATE job j
SET
  fencing_token = j.fencing_token + 1,
  claimed_at = now(),
  lease_until = now() + make_interval(secs => $1)
FROM due, account acc
WHERE j.id = due.id AND acc.id = j.shop_id
RETURNING
  j.id,
  j.fencing_token,
  j.cursor,
  to_jsonb(acc) AS "shop!: Json<ShopRow>",
  to_char(
    (
      j.high_water_mark - make_interval(
        secs => CASE
          WHEN acc.options ->> 'overlap_s' ~ '^[0-9]{1,6}$'
            THEN (acc.options ->> 'overlap_s')::float8
          ELSE $2
        END
      )
    ) AT TIME ZONE 'UTC',
    'YYYY-MM-DD"T"HH24:MI:SS"Z"'
  ) AS since,
  to_char(j.window_to AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS window_to
