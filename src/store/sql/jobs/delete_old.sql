-- $1 answers_kept_days, $2 notices_kept_days, $3 buyers_kept_days, $4 batch, $5 file
WITH old_hook AS (
  DELETE FROM hook
  WHERE ctid = ANY (ARRAY(
    SELECT hk.ctid
    FROM hook hk
    WHERE hk.at < now() - make_interval(days => $1)
    LIMIT $4
  ))
  RETURNING 1
), old_minute AS (
  DELETE FROM shop_minute
  WHERE ctid = ANY (ARRAY(
    SELECT sm.ctid
    FROM shop_minute sm
    WHERE sm.minute < now() - make_interval(days => $1)
    LIMIT $4
  ))
  RETURNING 1
), old_line AS (
  DELETE FROM import_line
  WHERE ctid = ANY (ARRAY(SELECT il.ctid FROM import_line il WHERE il.file < $5 LIMIT $4))
  RETURNING 1
), old_command AS (
  DELETE FROM command
  WHERE id = ANY (ARRAY(
    SELECT cm.id
    FROM command cm
    WHERE cm.at < now() - make_interval(days => $1)
    LIMIT $4
  ))
  RETURNING 1
), old_notice AS (
  DELETE FROM notice
  WHERE id = ANY (ARRAY(
    SELECT nt.id
    FROM notice nt
    WHERE nt.seen_at < now() - make_interval(days => $2)
    LIMIT $4
  ))
  RETURNING 1
), old_alert AS (
  DELETE FROM alert
  WHERE id = ANY (ARRAY(
    SELECT al.id
    FROM alert al
    WHERE al.ended_at < now() - make_interval(days => $2)
    LIMIT $4
  ))
  RETURNING 1
), old_label AS (
  UPDATE label
  SET bytes = NULL, erased_at = now()
  WHERE id = ANY (ARRAY(
    SELECT la.id
    FROM label la
    WHERE la.bytes IS NOT NULL
      AND la.got_at < now() - make_interval(days => $3)
      AND (
        la.state = 'void'
        OR (SELECT pc.state FROM parcel pc WHERE pc.place_id = la.parcel_id) = 'handed_over'
      )
    LIMIT $4
  ))
  RETURNING id
), old_print AS (
  -- What a printer that is gone still had to print of them.
  DELETE FROM print_job
  WHERE done_at IS NULL AND label_id IN (SELECT id FROM old_label)
), old_version AS (
  UPDATE order_version
  SET payload = NULL
  WHERE ctid = ANY (ARRAY(
    SELECT ov.ctid
    FROM order_version ov
    WHERE ov.payload IS NOT NULL AND ov.at < now() - make_interval(days => $3)
    LIMIT $4
  ))
  RETURNING 1
)
SELECT greatest(
    (SELECT count(*) FROM old_hook),
    (SELECT count(*) FROM old_minute),
    (SELECT count(*) FROM old_line),
    (SELECT count(*) FROM old_command),
    (SELECT count(*) FROM old_notice),
    (SELECT count(*) FROM old_alert),
    (SELECT count(*) FROM old_label),
    (SELECT count(*) FROM old_version)
  ) >= $4 AS "more!"
