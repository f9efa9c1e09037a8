-- $1 id, $2 fencing_token, $3 state, $4 wait_s, $5 last_error
UPDATE outbox
SET state = $3, next_at = now() + make_interval(secs => $4), last_error = $5, told_at = now()
WHERE id = $1 AND fencing_token = $2 AND state = 'waiting'
