-- $1 code, $2 name, $3 role, $4 lang, $5 pin_hash, $6 enable
UPDATE person
SET
  name = coalesce($2, name), role = coalesce($3, role), lang = coalesce($4, lang),
  pin_hash = coalesce($5, pin_hash), active = active OR $6,
  failed_pins = CASE WHEN $5::text IS NULL THEN failed_pins ELSE 0 END,
  locked_until = CASE WHEN $5::text IS NULL THEN locked_until END
WHERE code = $1 AND role <> 'system'
RETURNING id
