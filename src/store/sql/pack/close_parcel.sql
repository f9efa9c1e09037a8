-- $1 parcel, $2 bench
UPDATE parcel pc
SET
  state = 'closed',
  bench_id = $2,
  weight_g = (
    SELECT coalesce(sum(sk.on_hand * i.weight_g), 0)::bigint
    FROM stock sk
    JOIN item i ON i.id = sk.item_id
    WHERE sk.warehouse_id = pc.warehouse_id AND sk.place_id = pc.place_id
  )
WHERE pc.place_id = $1 AND pc.state = 'open'
