SELECT format('place %s', sk.place_id), 'a lot of item ' || sk.item_id, 'of item ' || lo.item_id
FROM stock sk
JOIN lot lo ON lo.id = sk.lot_id
WHERE (lo.item_id, lo.owner_id) <> (sk.item_id, sk.owner_id)
