-- $1 code, $2 name, $3 role, $4 lang, $5 enable, $6 work, $7 zones
UPDATE person
SET
  name = coalesce($2, name), role = coalesce($3, role), lang = coalesce($4, lang),
  active = active OR $5, offered_work = coalesce($6, offered_work),
  offered_zones = coalesce($7, offered_zones)
WHERE code = $1 AND role <> 'system'
RETURNING id
