-- $1 receivers
UPDATE shipment s
SET receiver = r.list -> (s.id % jsonb_array_length(r.list))::int, state = 'pending', reason = ''
FROM (SELECT $1::jsonb AS list) r
WHERE s.state = 'held' AND s.reason = 'no_receiver'
