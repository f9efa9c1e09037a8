-- $1 ?live_iter_map_s_s_id_collect_V
UPDATE shipment
SET state = 'pending', reason = ''
WHERE id = ANY ($1) AND state = 'held' AND reason = 'no_receiver' AND receiver_known(receiver)
