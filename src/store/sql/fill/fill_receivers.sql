-- $1 receivers
UPDATE shipment s
SET receiver = r.list -> (s.id % jsonb_array_length(r.list))::int
FROM (SELECT $1::jsonb AS list) r
WHERE s.id IN (
  SELECT hd.subject_id
  FROM hold hd
  WHERE hd.subject = 'shipment' AND hd.reason = 'no_receiver' AND hd.lifted_at IS NULL
)
