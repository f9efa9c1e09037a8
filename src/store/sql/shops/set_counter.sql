-- $1 shop, $2 counter
UPDATE shop
SET counter_id = pl.id, options = options - 'counter'
FROM place pl
WHERE shop.id = $1
  AND shop.channel IN ('file', 'folder')
  AND pl.kind = 'bin'
  AND upper(pl.code) = upper($2)
