-- $1 shop, $2 till
UPDATE shop
SET counter_id = pl.id, options = options - 'till'
FROM place pl
WHERE shop.id = $1
  AND shop.channel IN ('file', 'folder')
  AND pl.kind = 'bin'
  AND upper(pl.code) = upper($2)
