-- $1 id, $2 fence, $3 state, $4 wait_s, $5 said
UPDATE outbox
SET state = $3, next_at = now() + make_interval(secs => $4), said = $5, told_at = now()
WHERE id = $1 AND fence = $2 AND state = 'waiting'
